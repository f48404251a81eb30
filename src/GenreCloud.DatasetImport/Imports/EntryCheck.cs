using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Cleaning;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Makes spectrograms of a zip's entries one by one, and says what is remarkable about them.</summary>
/// <param name="maxBytes">The largest entry that is read.</param>
/// <param name="limit">The setting that says so.</param>
internal abstract class EntryCheck(int maxBytes, string limit)
{
    private byte[] _inflated = [];

    /// <summary>The largest entry that is read, in bytes.</summary>
    public int MaxBytes => maxBytes;

    /// <summary>The last good entry's PNG, as it goes into the shard. Good until the next is read.</summary>
    public ReadOnlyMemory<byte> Png { get; protected set; }

    /// <returns>What the pixels tell, or a fault; without a place in a shard.</returns>
    /// <exception cref="ImportFailedException">No entry can be read here.</exception>
    public async ValueTask<EntryResult> ReadAsync(ZipWindow window, ZipEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var content = window.Read(entry, Inflated(entry));
            ImportTelemetry.CountRead(content.Length);
            return await CheckAsync(content, cancellationToken);
        }
        catch (ZipEntryException exception)
        {
            return LeftOut(
                QuarantineReason.Of(exception.Fault),
                exception.Fault == ZipEntryFault.TooLarge ? $"It has more than {maxBytes:N0} bytes ({limit})." : exception.Message);
        }
    }

    /// <summary>Reads one entry's content, and has its PNG in <see cref="Png"/>.</summary>
    protected abstract ValueTask<EntryResult> CheckAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <param name="pixels">uint8 [128,1292].</param>
    protected static EntryResult Seen(ReadOnlySpan<byte> pixels)
    {
        var flags = PictureFlags.Of(pixels);
        return new EntryResult
        {
            PixelsSha256 = Sample.HashPixels(pixels), Flags = flags, Fingerprint = flags is null ? Fingerprint.Of(pixels) : null,
        };
    }

    protected static EntryResult LeftOut(string reason, string message) => new() { Fault = new EntryFault(reason, message) };

    /// <summary>Room for an entry's content, where it does not lie in the window as it is.</summary>
    private byte[] Inflated(ZipEntry entry)
    {
        if (entry.Method == ZipMethod.Deflated && entry.Bytes > _inflated.Length && entry.Bytes <= maxBytes)
        {
            _inflated = new byte[entry.Bytes];
        }

        return _inflated;
    }
}
