using System.Runtime.CompilerServices;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>
/// Reads the content of entries. What the zip's directory says of an entry is held against the entry's own header, its size and its
/// CRC-32; zips in a zip are never opened. May be used on several threads.
/// </summary>
/// <param name="archive">The zip.</param>
/// <param name="limits">Those that the directory was read with.</param>
public sealed class ZipReader(IRandomAccess archive, ZipLimits limits)
{
    /// <summary>Most entries then come from few requests, while two windows take little memory.</summary>
    internal const int WindowBytes = 8 << 20;

    /// <summary>What it costs to ask once more, in bytes that could be read meanwhile: some 10 ms of 60 to 400 MB/s.</summary>
    private const long MaxGapBytes = 1 << 20;

    private long _inflatedBytes;

    /// <summary>Bytes of content that came out of the zip so far, stored or inflated, whole or damaged.</summary>
    public long InflatedBytes => Interlocked.Read(ref _inflatedBytes);

    /// <summary>
    /// Reads entries in windows of 8 MiB or one larger entry, leaving out what lies between; the next window is on its way while one is
    /// worked on. Every entry is in one window, also one that cannot be read.
    /// </summary>
    /// <param name="entries">Entries in the order of their place in the zip.</param>
    /// <param name="maxEntryBytes">The largest entry to read, in bytes; it has to be in memory at once.</param>
    /// <returns>Windows, to be disposed one by one.</returns>
    /// <exception cref="ArgumentException">The entries are in another order.</exception>
    /// <exception cref="ImportFailedException">The zip was replaced meanwhile.</exception>
    public async IAsyncEnumerable<ZipWindow> ReadWindowsAsync(
        ZipEntry[] entries, int maxEntryBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxEntryBytes, 1 << 30);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var extents = WindowExtent.Plan(entries, entry => FaultOf(entry, maxEntryBytes) is null, WindowBytes, MaxGapBytes).GetEnumerator();
        var next = extents.MoveNext() ? ReadWindowAsync(entries, extents.Current, maxEntryBytes, stopping.Token) : null;
        try
        {
            while (next is not null)
            {
                var window = await next;
                next = extents.MoveNext() ? ReadWindowAsync(entries, extents.Current, maxEntryBytes, stopping.Token) : null;
                yield return window;
            }
        }
        finally
        {
            if (next is not null)
            {
                await stopping.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (next.IsCompletedSuccessfully)
                {
                    (await next).Dispose();
                }
            }
        }
    }

    /// <summary>Opens one entry of any size, to be read from its beginning to its end without being in memory at once.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="maxBytes">The most bytes that it may be.</param>
    /// <returns>
    /// The content, by asynchronous reads only. Reading throws a <see cref="ZipEntryException"/> when the data is damaged; only after the last
    /// byte is it known to be whole.
    /// </returns>
    /// <exception cref="ZipEntryException">The entry cannot be read.</exception>
    /// <exception cref="ImportFailedException">The zip was replaced meanwhile.</exception>
    public async Task<Stream> OpenAsync(ZipEntry entry, long maxBytes, CancellationToken cancellationToken)
    {
        RequireReadable(entry, maxBytes);
        var header = new byte[Math.Min(ZipEntry.MaxLocalHeaderBytes, entry.NextOffset - entry.HeaderOffset)];
        await archive.ReadAsync(entry.HeaderOffset, header, cancellationToken);
        var data = new RangeStream(archive, entry.HeaderOffset + LocalHeader.Require(header, entry), entry.CompressedBytes);
        return new ZipEntryStream(this, entry, data);
    }

    /// <exception cref="ZipEntryException">The entry cannot be read, as the directory tells already.</exception>
    internal void RequireReadable(ZipEntry entry, long maxBytes)
    {
        if (FaultOf(entry, maxBytes) is { } fault)
        {
            throw new ZipEntryException(fault, Describe(fault, entry, maxBytes));
        }
    }

    /// <summary>Counts content that came out of the zip.</summary>
    /// <exception cref="ImportFailedException">It is more than is taken of one zip.</exception>
    internal void Count(int bytes)
    {
        if (Interlocked.Add(ref _inflatedBytes, bytes) > limits.MaxTotalBytes)
        {
            throw TooMuch(archive, limits);
        }
    }

    internal static ImportFailedException TooMuch(IRandomAccess archive, ZipLimits limits) => new(
        "The zip inflates to too much",
        $"The files in {archive.Name} are more than {limits.MaxTotalBytes:N0} bytes together ({ZipLimits.Section}:MaxTotalBytes).");

    private static ZipEntryFault? FaultOf(ZipEntry entry, long maxBytes) =>
        entry.Fault ?? (entry.IsLargerThan(maxBytes) ? ZipEntryFault.TooLarge : null);

    private string Describe(ZipEntryFault fault, ZipEntry entry, long maxBytes) => fault switch
    {
        ZipEntryFault.Encrypted => "It is encrypted, and there is no password. Pack it without one.",
        ZipEntryFault.UnknownMethod => $"It is compressed by method {(ushort)entry.Method}, and only stored and deflated entries are read. Pack it with deflate.",
        ZipEntryFault.BadName => "Its name is empty or has a NUL in it.",
        ZipEntryFault.TooLarge =>
            $"It has {entry.Bytes:N0} bytes, {entry.CompressedBytes:N0} in the zip, and {Math.Min(maxBytes, limits.MaxEntryBytes):N0} are taken.",
        ZipEntryFault.RatioTooHigh =>
            $"It would inflate from {entry.CompressedBytes:N0} to {entry.Bytes:N0} bytes, and {limits.MaxCompressionRatio:N0} times is taken ({ZipLimits.Section}:MaxCompressionRatio).",
        ZipEntryFault.WrongSize => $"It is stored, and has {entry.Bytes:N0} bytes of which {entry.CompressedBytes:N0} are in the zip.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "The directory does not tell of this."),
    };

    private async Task<ZipWindow> ReadWindowAsync(ZipEntry[] entries, WindowExtent extent, int maxEntryBytes, CancellationToken cancellationToken)
    {
        var window = new ZipWindow(this, new ArraySegment<ZipEntry>(entries, extent.First, extent.Count), extent.Offset, extent.Length, maxEntryBytes);
        try
        {
            await archive.ReadAsync(extent.Offset, window.Buffer, cancellationToken);
            return window;
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }
}
