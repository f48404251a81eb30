using System.Runtime.CompilerServices;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>The spectrograms of a dataset version as the trainer wants them: training batches in an order of the epoch, validation in one order.</summary>
internal sealed class DatasetBatchSource(SpectrogramBatches batches, Split split, TrainingOptions options, int seed) : IBatchSource
{
    public int TrainingBatches => options.BatchesPerEpoch(split.Training.Count);

    public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, CancellationToken cancellationToken)
    {
        var order = EpochOrder.Shuffle(split.Training, seed, epoch);
        return ReadAsync([.. order.Take(TrainingBatches * options.BatchSize)], cancellationToken);
    }

    public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) => ReadAsync(split.Validation, cancellationToken);

    /// <summary>Real spectrograms to check a model with: validation ones, and training ones where those are too few.</summary>
    /// <returns>uint8 [n,128,1292], n at most <paramref name="count"/>.</returns>
    public async Task<byte[]> ReadSomeAsync(int count, CancellationToken cancellationToken)
    {
        int[] indices = [.. split.Validation.Concat(split.Training).Take(count)];
        var pixels = new byte[indices.Length * SpectrogramFormat.Pixels];
        var offset = 0;
        await foreach (var batch in ReadAsync(indices, cancellationToken))
        {
            batch.Pixels.Span.CopyTo(pixels.AsSpan(offset));
            offset += batch.Pixels.Length;
        }

        return pixels;
    }

    private async IAsyncEnumerable<Batch> ReadAsync(IReadOnlyList<int> indices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.ReadAsync(indices, options.BatchSize, cancellationToken: cancellationToken))
        {
            using (batch)
            {
                yield return new Batch(batch.Pixels, batch.Labels);
            }
        }
    }
}
