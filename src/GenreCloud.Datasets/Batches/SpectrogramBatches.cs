using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets.Batches;

/// <summary>Reads and decodes batches ahead of the step that needs them.</summary>
public sealed class SpectrogramBatches
{
    /// <summary>Pictures read and decoded at a time: enough to hide the storage's answering time where shards are not local yet.</summary>
    private const int Readers = 8;

    private readonly ShardCache _shards;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly long[] _labels;

    /// <param name="shards">Where the PNGs are.</param>
    /// <param name="samples">All samples of the same version.</param>
    /// <param name="labels">The label map.</param>
    /// <exception cref="ArgumentException">A sample has a label that the map lacks.</exception>
    public SpectrogramBatches(ShardCache shards, IReadOnlyList<Sample> samples, IReadOnlyList<string> labels)
    {
        _shards = shards;
        _samples = samples;
        var indices = labels.Index().ToDictionary(label => label.Item, label => (long)label.Index, StringComparer.Ordinal);
        _labels =
        [
            .. samples.Select(sample => indices.TryGetValue(sample.Label, out var index)
                ? index
                : throw new ArgumentException($"The label map has no '{sample.Label}', the label of sample '{sample.Id}'.", nameof(labels))),
        ];
    }

    /// <summary>Position of every sample's label in the label map, by index of the sample.</summary>
    public IReadOnlyList<long> Labels => _labels;

    /// <summary>One pass over the samples, in exactly the order given; the last batch may be smaller.</summary>
    /// <param name="order">Indices of samples, see <see cref="EpochOrder"/>.</param>
    /// <param name="batchSize">N, at least 1.</param>
    /// <param name="batchesAhead">Batches kept ready, 165 KB a sample.</param>
    /// <param name="cancellationToken">Ends the pass, as leaving the loop does.</param>
    /// <exception cref="DatasetException">A shard or a PNG of the version is damaged.</exception>
    public async IAsyncEnumerable<SpectrogramBatch> ReadAsync(
        IReadOnlyList<int> order, int batchSize, int batchesAhead = 2, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchesAhead);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = Channel.CreateBounded<SpectrogramBatch>(new BoundedChannelOptions(batchesAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(order, batchSize, ready.Writer, stopping.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in ready.Reader.ReadAllAsync(cancellationToken))
            {
                yield return batch;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await reading;
            while (ready.Reader.TryRead(out var batch))
            {
                batch.Dispose();
            }
        }
    }

    /// <summary>Never fails: what goes wrong reaches the reader through the channel.</summary>
    private async Task ReadAsync(IReadOnlyList<int> order, int batchSize, ChannelWriter<SpectrogramBatch> ready, CancellationToken cancellationToken)
    {
        try
        {
            await using var pass = new ShardPass(_shards, _samples, order);
            for (var start = 0; start < order.Count; start += batchSize)
            {
                var batch = await ReadAsync(pass, [.. order.Skip(start).Take(batchSize)], cancellationToken);
                pass.MoveTo(start + batch.Samples.Count);
                try
                {
                    await ready.WriteAsync(batch, cancellationToken);
                }
                catch
                {
                    batch.Dispose();
                    throw;
                }
            }

            await pass.CompleteAsync();
            ready.Complete();
        }
        catch (Exception exception)
        {
            ready.Complete(exception);
        }
    }

    private async Task<SpectrogramBatch> ReadAsync(ShardPass pass, int[] indices, CancellationToken cancellationToken)
    {
        var batch = new SpectrogramBatch(indices);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, indices.Length, options, async (i, cancellation) =>
            {
                batch.Labels[i] = _labels[indices[i]];
                await pass.ReadAsync(indices[i], batch.Pixels.Slice(i * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels), cancellation);
            });
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
