using System.Runtime.CompilerServices;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>The spectrograms of a dataset version as the trainer wants them: training batches in an order of the epoch, validation in one order.</summary>
internal sealed class DatasetBatchSource(
    SpectrogramBatches batches, IReadOnlyList<Sample> samples, Split split, Architecture architecture, TrainingOptions options, int classes) : IBatchSource
{
    public int TrainingBatches => options.BatchesPerEpoch(split.Training.Count);

    public IReadOnlyList<int> TrainingImagesPerClass { get; } =
        [.. Enumerable.Range(0, classes).Select(label => split.Training.Count(index => batches.Labels[index] == label))];

    public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        var order = options.ClassBalance == ClassBalance.Sampling
            ? EpochOrder.Balance(split.Training, samples, options.Seed, epoch)
            : EpochOrder.Shuffle(split.Training, samples, options.Seed, epoch);
        return ReadAsync([.. order.Take(TrainingBatches * options.BatchSize).Skip(firstBatch * options.BatchSize)], cancellationToken);
    }

    public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) => ReadAsync(split.Validation, cancellationToken);

    /// <summary>Real spectrograms to check a model with: validation ones, and training ones where those are too few.</summary>
    /// <param name="count">How many there are at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Batch> ReadSomeAsync(int count, CancellationToken cancellationToken)
    {
        int[] indices = [.. split.Validation.Concat(split.Training).Take(count)];
        var pixels = new byte[indices.Length * SpectrogramFormat.Pixels];
        var labels = new List<long>();
        var offset = 0;
        await foreach (var batch in ReadAsync(indices, cancellationToken))
        {
            batch.Pixels.Span.CopyTo(pixels.AsSpan(offset));
            labels.AddRange(batch.Labels.Span);
            offset += batch.Pixels.Length;
        }

        return new Batch(pixels, labels.ToArray(), TabularOf(indices));
    }

    private async IAsyncEnumerable<Batch> ReadAsync(IReadOnlyList<int> indices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.ReadAsync(indices, options.BatchSize, cancellationToken: cancellationToken))
        {
            using (batch)
            {
                yield return new Batch(batch.Pixels, batch.Labels, TabularOf(batch.Samples));
            }
        }
    }

    /// <returns>float32 [indices, columns], NaN = missing; empty where the network takes none.</returns>
    private float[] TabularOf(IReadOnlyList<int> indices)
    {
        var columns = architecture.TabularColumns;
        var rows = new float[indices.Count * columns];
        for (var i = 0; columns > 0 && i < indices.Count; i++)
        {
            TabularFeatures.CopyTo(samples[indices[i]], rows.AsSpan(i * columns, columns));
        }

        return rows;
    }
}
