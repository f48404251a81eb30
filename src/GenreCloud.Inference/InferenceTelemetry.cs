using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenreCloud.Inference.Monitoring;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference;

/// <summary>Spans and instruments of predictions.</summary>
internal static class InferenceTelemetry
{
    private const string Name = "GenreCloud.Inference";
    private const string Statistic = "genrecloud.inference.statistic";
    private const string ShadowOutcome = "genrecloud.inference.shadow.outcome";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> PredictionSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly Histogram<double> QueueDuration = Meter.CreateHistogram(
        "genrecloud.inference.queue.duration",
        unit: "s",
        description: "From a request's body until the model runs for it, or from one run for a request to the next; long where the model is loaded first.",
        advice: PredictionSeconds);

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "genrecloud.inference.run.duration", unit: "s", description: "A run of the model over a batch.", advice: PredictionSeconds);

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "genrecloud.inference.batch.size",
        unit: "{spectrogram}",
        description: "Spectrograms of a run of the model.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    private static readonly Gauge<int> QueueLength = Meter.CreateGauge<int>(
        "genrecloud.inference.queue.length", unit: "{request}", description: "Requests that wait until the model can run for them.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "genrecloud.inference.refused", unit: "{request}", description: "Requests that were refused because too many waited.");

    private static readonly Counter<long> Shadows = Meter.CreateCounter<long>(
        "genrecloud.inference.shadow.copies", unit: "{spectrogram}", description: "Copies of requests for another version than the one that answered.");

    private static readonly Gauge<double> DriftIndex = Meter.CreateGauge<double>(
        "genrecloud.inference.drift",
        unit: "1",
        description: "Population stability index of the last 24 hours against the reference in the version's card, by all replicas together.");

    /// <summary>The attributes of a model version's measurements; made once, because every prediction needs them.</summary>
    public static KeyValuePair<string, object?>[] MeasurementTags(ModelCard card) =>
        [new(TelemetryAttributes.ModelName, card.Model), new(TelemetryAttributes.ModelVersion, card.Version)];

    /// <param name="tags">See <see cref="MeasurementTags"/>.</param>
    public static void RecordPrediction(KeyValuePair<string, object?>[] tags, TimeSpan queued, TimeSpan run, int batchSize)
    {
        QueueDuration.Record(queued.TotalSeconds, tags);
        RunDuration.Record(run.TotalSeconds, tags);
        BatchSize.Record(batchSize, tags);
    }

    public static void RecordQueueLength(int waiting) => QueueLength.Record(waiting);

    public static void CountRefused() => Refused.Add(1);

    /// <param name="version">The version that got the copy.</param>
    /// <param name="outcome"><c>agreed</c>, <c>disagreed</c>, <c>dropped</c> or <c>failed</c>.</param>
    public static void CountShadow(string model, int version, string outcome) => Shadows.Add(
        1, new(TelemetryAttributes.ModelName, model), new(TelemetryAttributes.ModelVersion, version), new(ShadowOutcome, outcome));

    /// <param name="statistics">Those of too few spectrograms are left out.</param>
    public static void RecordDrift(string model, int version, IReadOnlyList<MonitoredStatistic> statistics)
    {
        foreach (var statistic in statistics)
        {
            if (statistic.Stability is { } stability)
            {
                DriftIndex.Record(
                    stability, new(TelemetryAttributes.ModelName, model), new(TelemetryAttributes.ModelVersion, version), new(Statistic, statistic.Name));
            }
        }
    }

    /// <summary>The span of a run of the model.</summary>
    /// <param name="parent">Of a run for a request that is answered already; none for the current span.</param>
    public static Activity? StartPredict(ModelCard card, ActivityContext parent) => Source.StartActivity(ActivityKind.Internal, parent, name: "predict")?.SetModel(card);

    /// <summary>Says on a span which model version answers, and where that comes from.</summary>
    public static Activity SetModel(this Activity span, ModelCard card)
    {
        span.SetModel(card.Model, card.Version).SetTag(TelemetryAttributes.RunId, card.Lineage.RunId);
        return card.Lineage.Dataset is { } dataset
            ? span.SetTag(TelemetryAttributes.DatasetName, dataset.Name).SetTag(TelemetryAttributes.DatasetVersion, dataset.Version)
            : span;
    }

    /// <summary>Says on a span which model version is asked.</summary>
    public static Activity SetModel(this Activity span, string model, int version) =>
        span.SetTag(TelemetryAttributes.ModelName, model).SetTag(TelemetryAttributes.ModelVersion, version);
}
