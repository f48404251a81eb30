using System.Runtime.CompilerServices;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Modeling;

namespace GenreCloud.Benchmarks;

/// <summary>The batches of a stored dataset as a run reads them: every fifth picture is held back.</summary>
internal sealed class StoredBatches : IBatchSource
{
    private readonly IReadOnlyList<Sample> _samples;
    private readonly SpectrogramBatches _batches;
    private readonly TrainingOptions _options;
    private readonly int _classes;
    private readonly int[] _training;
    private readonly int[] _validation;

    private StoredBatches(DatasetReader dataset, IReadOnlyList<Sample> samples, string cacheDirectory, TrainingOptions options, long decodedMaxBytes)
    {
        _samples = samples;
        _batches = new SpectrogramBatches(
            new ShardCache(dataset, cacheDirectory, ShardCache.DefaultMaxBytes, TimeProvider.System, decodedMaxBytes), samples, dataset.Manifest.Labels);
        _options = options;
        _classes = dataset.Manifest.Labels.Count;
        _training = [.. Enumerable.Range(0, samples.Count).Where(index => index % 5 != 0)];
        _validation = [.. Enumerable.Range(0, samples.Count).Where(index => index % 5 == 0)];
    }

    public int TrainingBatches => _options.BatchesPerEpoch(_training.Length);

    public IReadOnlyList<int> TrainingImagesPerClass =>
        [.. Enumerable.Range(0, _classes).Select(label => _training.Count(index => _batches.Labels[index] == label))];

    /// <param name="decodedMaxBytes">Of decoded pictures kept on the local disk; 0 decodes them in every epoch.</param>
    public static async Task<StoredBatches> OpenAsync(DatasetReader dataset, string cacheDirectory, TrainingOptions options, long decodedMaxBytes = 0) =>
        new(dataset, await dataset.ReadSamplesAsync(CancellationToken.None), cacheDirectory, options, decodedMaxBytes);

    public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        var order = EpochOrder.Shuffle(_training, _samples, _options.Seed, epoch);
        return ReadAsync([.. order.Take(TrainingBatches * _options.BatchSize).Skip(firstBatch * _options.BatchSize)], cancellationToken);
    }

    public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) => ReadAsync(_validation, cancellationToken);

    private async IAsyncEnumerable<Batch> ReadAsync(int[] order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in _batches.ReadAsync(order, _options.BatchSize, cancellationToken: cancellationToken))
        {
            using (batch)
            {
                yield return new Batch(batch.Pixels, batch.Labels);
            }
        }
    }
}
