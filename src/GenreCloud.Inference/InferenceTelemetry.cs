using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference;

/// <summary>Spans and instruments of predictions.</summary>
internal static class InferenceTelemetry
{
    private const string Name = "GenreCloud.Inference";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> PredictionSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly Histogram<double> QueueDuration = Meter.CreateHistogram(
        "genrecloud.inference.queue.duration",
        unit: "s",
        description: "From a decoded spectrogram until the model runs; long where the model is loaded first.",
        advice: PredictionSeconds);

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "genrecloud.inference.run.duration", unit: "s", description: "A run of the model over a batch.", advice: PredictionSeconds);

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "genrecloud.inference.batch.size",
        unit: "{spectrogram}",
        description: "Spectrograms of a run of the model.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

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

    /// <summary>The span of a run of the model.</summary>
    public static Activity? StartPredict(ModelCard card) => Source.StartActivity("predict")?.SetModel(card);

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
