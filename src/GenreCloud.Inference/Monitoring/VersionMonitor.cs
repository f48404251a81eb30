using Azure.Storage.Blobs;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Monitoring;

/// <summary>Counts what one model version is asked and answers in this process, and adds that to what all replicas have counted.</summary>
/// <param name="card">The version's.</param>
/// <param name="reference">The card's.</param>
/// <param name="blob">A <see cref="MonitorDocument"/>.</param>
/// <param name="writer">This process's name.</param>
internal sealed class VersionMonitor(ModelCard card, ReferenceStatistics reference, BlobClient blob, string writer, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private SortedDictionary<DateTimeOffset, BinCounts> _hours = [];
    private DateTimeOffset _since;
    private CountedBatch? _unwritten;
    private long _batches;

    public string Model => card.Model;

    public int Version => card.Version;

    public ReferenceStatistics Reference => reference;

    /// <summary>Counts a spectrogram and its answer: some microseconds.</summary>
    /// <param name="pixels">uint8 [1,128,1292].</param>
    /// <param name="tabular">float32 [1,columns], NaN = missing; empty when nothing is known.</param>
    /// <param name="probabilities">float32 [1,classes].</param>
    public void Add(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> tabular, ReadOnlySpan<float> probabilities)
    {
        // A tabular value out of all bounds makes an answer that is none.
        foreach (var probability in probabilities)
        {
            if (!float.IsFinite(probability))
            {
                return;
            }
        }

        var columns = reference.Statistics.Count(statistic => statistic.Kind == StatisticKind.Feature);
        Span<float> unknown = stackalloc float[columns];
        unknown.Fill(float.NaN);
        var figures = SampleFigures.Of(SpectrogramFigures.Of(pixels), tabular.IsEmpty ? unknown : tabular, probabilities);
        var now = time.GetUtcNow();
        var hour = MonitorDocument.HourOf(now);
        lock (_gate)
        {
            if (_hours.Count == 0)
            {
                _since = now;
            }

            if (!_hours.TryGetValue(hour, out var counts))
            {
                _hours.Add(hour, counts = BinCounts.None(reference));
            }

            counts.Add(reference, figures);
        }
    }

    /// <summary>Writes what was counted, and reads what all replicas have.</summary>
    /// <returns>Null where nobody has counted anything yet.</returns>
    public async Task<MonitorDocument?> WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _unwritten ??= Take();
            if (_unwritten is not { } batch)
            {
                return (await blob.ReadJsonAsync<MonitorDocument>(cancellationToken))?.Value;
            }

            var written = await blob.UpdateJsonAsync<MonitorDocument>(
                present => MonitorDocument.Add(present, writer, batch, all => BinCounts.Sum(reference, all).Counts, time.GetUtcNow()), cancellationToken);
            _unwritten = null;
            return written.Value;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private CountedBatch? Take()
    {
        lock (_gate)
        {
            if (_hours.Count == 0)
            {
                return null;
            }

            var hours = _hours;
            _hours = [];
            return new CountedBatch(++_batches, _since, [.. hours.Select(hour => new HourCounts(hour.Key, hour.Value.Counts))]);
        }
    }
}
