using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Cleaning;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Checks pictures one by one: whole, a PNG, a spectrogram; and says what is remarkable about them.</summary>
/// <param name="maxEntryBytes">The largest picture that is read.</param>
internal sealed class PictureCheck(int maxEntryBytes)
{
    private readonly byte[] _pixels = new byte[SpectrogramFormat.Pixels];
    private byte[] _inflated = [];

    /// <summary>The last good picture's PNG, as it goes into the shard. Good until the next is read.</summary>
    public ReadOnlyMemory<byte> Png { get; private set; }

    /// <returns>What the pixels tell, or a fault; without a place in a shard.</returns>
    public EntryResult Read(ZipWindow window, ZipEntry entry)
    {
        try
        {
            Png = window.Read(entry, Inflated(entry));
            ImportTelemetry.CountRead(Png.Length);
            if (SpectrogramPng.Read(Png.Span, _pixels) == SpectrogramPngKind.Converted)
            {
                Png = SpectrogramPng.Encode(_pixels);
            }

            var flags = PictureFlags.Of(_pixels);
            return new EntryResult
            {
                PixelsSha256 = Sample.HashPixels(_pixels), Flags = flags, Fingerprint = flags is null ? Fingerprint.Of(_pixels) : null,
            };
        }
        catch (PngException exception)
        {
            return LeftOut(QuarantineReason.Of(exception.Fault), exception.Message);
        }
        catch (ZipEntryException exception)
        {
            return LeftOut(
                QuarantineReason.Of(exception.Fault),
                exception.Fault == ZipEntryFault.TooLarge ? $"It has more than {maxEntryBytes:N0} bytes (DatasetImport:MaxEntryBytes)." : exception.Message);
        }
    }

    /// <summary>Room for an entry's content, where it does not lie in the window as it is.</summary>
    private byte[] Inflated(ZipEntry entry)
    {
        if (entry.Method == ZipMethod.Deflated && entry.Bytes > _inflated.Length && entry.Bytes <= maxEntryBytes)
        {
            _inflated = new byte[entry.Bytes];
        }

        return _inflated;
    }

    private static EntryResult LeftOut(string reason, string message) => new() { Fault = new EntryFault(reason, message) };
}
