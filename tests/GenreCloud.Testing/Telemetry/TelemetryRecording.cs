using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GenreCloud.Testing;

/// <summary>
/// Records GenreCloud's spans and measurements, and the spans of ASP.NET Core, while a test runs. Sources and meters are one
/// for the process, and tests run side by side: what belongs to this test is told by its trace, which begins here and which
/// requests that the test makes carry on.
/// </summary>
public sealed class TelemetryRecording : IDisposable
{
    private readonly Activity _root;
    private readonly ActivityListener _spans;
    private readonly MeterListener _measurements = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ConcurrentQueue<Measurement> _recorded = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _spanEnded = new(0);

    /// <summary>Begins a recording, and a trace that is current for the caller.</summary>
    public TelemetryRecording()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore" || IsOurs(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                _ended.Enqueue(span);
                _spanEnded.Release();
            },
        };
        ActivitySource.AddActivityListener(_spans);

        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter.Name))
            {
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _measurements.SetMeasurementEventCallback<double>(Record);
        _measurements.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _measurements.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _measurements.Start();

        _root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        _root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        _root.Start();
    }

    /// <summary>The test's own span, which is not among <see cref="Spans"/>.</summary>
    public Activity Root => _root;

    /// <summary>Instruments that exist, whether they recorded anything or not.</summary>
    public IReadOnlyCollection<Instrument> Instruments => [.. _instruments.Values];

    /// <summary>The spans of the test's trace that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Spans => [.. _ended.Where(span => span.TraceId == _root.TraceId)];

    /// <summary>What was recorded in the test's trace.</summary>
    public IReadOnlyList<Measurement> Measurements => [.. _recorded.Where(measurement => measurement.Trace == _root.TraceId)];

    /// <summary>What was recorded by anyone.</summary>
    public IReadOnlyList<Measurement> AllMeasurements => [.. _recorded];

    /// <summary>The only span of that name in the test's trace.</summary>
    public Activity Span(string name) => Spans.Single(span => span.DisplayName == name);

    /// <summary>Waits until that many spans of a name have ended in the test's trace.</summary>
    public Task<IReadOnlyList<Activity>> WaitForSpansAsync(string name, int count, CancellationToken cancellationToken) =>
        WaitForAsync(span => span.DisplayName == name, count, cancellationToken);

    /// <summary>Waits until that many spans of a kind have ended in the test's trace.</summary>
    public async Task<IReadOnlyList<Activity>> WaitForAsync(Func<Activity, bool> isWanted, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Activity[] spans = [.. Spans.Where(isWanted)];
            if (spans.Length >= count)
            {
                return spans;
            }

            await _spanEnded.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _root.Stop();
        _measurements.Dispose();
        _spans.Dispose();
        _root.Dispose();
        _spanEnded.Dispose();
    }

    private static bool IsOurs(string name) => name.StartsWith("GenreCloud.", StringComparison.Ordinal);

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        _recorded.Enqueue(new Measurement(
            instrument, value, tags.ToArray().ToDictionary(StringComparer.Ordinal), Activity.Current?.TraceId ?? default));
}
