using GenreCloud.Datasets.Samples;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The decoded pictures of a shard in a file: uint8 [samples,128,1292]. A picture counts only when its SHA-256 is the sample's, so that a place that is
/// still empty, half written or damaged is just one to be written. Safe for concurrent use, by several processes, too.
/// </summary>
/// <param name="file">Open for reading and writing, with room for every sample of the shard.</param>
internal sealed class DecodedShard(SafeFileHandle file) : IDisposable
{
    /// <summary>What a shard's file takes.</summary>
    public static long BytesOf(ShardDescription shard) => (long)shard.Samples * SpectrogramFormat.Pixels;

    /// <summary>Reads a picture, if it is there.</summary>
    /// <param name="place">Of the sample in its shard, from 0.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="pixels">Gets uint8 [128,1292]; undefined where there is none.</param>
    public bool TryRead(int place, Sample sample, Span<byte> pixels)
    {
        try
        {
            return RandomAccess.Read(file, pixels[..SpectrogramFormat.Pixels], OffsetOf(place)) == SpectrogramFormat.Pixels
                && Sample.HashPixels(pixels[..SpectrogramFormat.Pixels]) == sample.PixelsSha256;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Keeps a picture; a disk that does not take it makes the next epoch slower.</summary>
    /// <param name="place">Of the sample in its shard, from 0.</param>
    /// <param name="pixels">uint8 [128,1292].</param>
    public void Write(int place, ReadOnlySpan<byte> pixels)
    {
        try
        {
            RandomAccess.Write(file, pixels[..SpectrogramFormat.Pixels], OffsetOf(place));
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Dispose() => file.Dispose();

    private static long OffsetOf(int place) => (long)place * SpectrogramFormat.Pixels;
}
