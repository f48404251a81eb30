using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GenreCloud.Training.Tests;

/// <summary>When the steps of a run inside the tests' process were made, by what it measures.</summary>
internal sealed class MadeSteps : IDisposable
{
    private readonly MeterListener _listener = new();

    /// <param name="trace">The run's trace: other runs are made at the same time.</param>
    public MadeSteps(ActivityTraceId trace)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "genrecloud.training.samples")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Activity.Current?.TraceId == trace)
            {
                At.Enqueue(Stopwatch.GetTimestamp());
                Made?.Invoke(At.Count);
            }
        });
        _listener.Start();
    }

    /// <summary>Timestamps of <see cref="Stopwatch"/>, in order.</summary>
    public ConcurrentQueue<long> At { get; } = new();

    /// <summary>Told after each step how many there were, before the next is made.</summary>
    public Action<int>? Made { get; init; }

    public void Dispose() => _listener.Dispose();
}
