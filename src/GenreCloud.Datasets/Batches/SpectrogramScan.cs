using System.Runtime.CompilerServices;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Batches;

/// <summary>
/// One pass over samples of a dataset version in the order in which they are stored, straight from the storage: for who needs each once, in any order,
/// and has no room for the shards.
/// </summary>
/// <param name="dataset">The version.</param>
/// <param name="samples">All its samples.</param>
public sealed class SpectrogramScan(DatasetReader dataset, IReadOnlyList<Sample> samples)
{
    private const int SkipBufferBytes = 1 << 16;

    /// <summary>Reads, decodes and checks samples, shard by shard.</summary>
    /// <param name="indices">Which samples, each once.</param>
    /// <param name="cancellationToken">Ends the pass, as leaving the loop does.</param>
    /// <returns>The samples with their pixels, which are good until the next one is asked for.</returns>
    /// <exception cref="DatasetException">A shard is shorter than the version says, or a sample is not the one that was imported.</exception>
    public async IAsyncEnumerable<ScannedSpectrogram> ReadAsync(
        IEnumerable<int> indices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        foreach (var shard in indices.GroupBy(index => samples[index].Shard).OrderBy(shard => shard.Key))
        {
            await using var stream = await dataset.OpenShardAsync(shard.Key, cancellationToken);
            var position = 0L;
            foreach (var index in shard.OrderBy(index => samples[index].Offset))
            {
                var sample = samples[index];
                var png = await ReadAsync(stream, sample, skip: sample.Offset - position, cancellationToken);
                position = sample.Offset + sample.Length;
                Decode(sample, png, pixels);
                yield return new ScannedSpectrogram(index, pixels);
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, Sample sample, long skip, CancellationToken cancellationToken)
    {
        try
        {
            var skipped = new byte[SkipBufferBytes];
            while (skip > 0)
            {
                var part = (int)Math.Min(skip, skipped.Length);
                await stream.ReadExactlyAsync(skipped.AsMemory(0, part), cancellationToken);
                skip -= part;
            }

            var png = new byte[sample.Length];
            await stream.ReadExactlyAsync(png, cancellationToken);
            return png;
        }
        catch (EndOfStreamException exception)
        {
            throw Damaged(sample, "its shard ends before it does", exception);
        }
    }

    private static void Decode(Sample sample, byte[] png, byte[] pixels)
    {
        try
        {
            GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);
        }
        catch (PngException exception)
        {
            throw Damaged(sample, exception.Message.TrimEnd('.'), exception);
        }

        if (Sample.HashPixels(pixels) != sample.PixelsSha256)
        {
            throw Damaged(sample, "its pixels are not those that were imported");
        }
    }

    private static DatasetException Damaged(Sample sample, string how, Exception? exception = null) =>
        new($"Sample '{sample.Id}' is damaged, {how}: import the dataset again.", exception);
}

/// <summary>A sample with its pixels.</summary>
/// <param name="Sample">Its index.</param>
/// <param name="Pixels">uint8 [128,1292], row-major.</param>
public readonly record struct ScannedSpectrogram(int Sample, byte[] Pixels);
