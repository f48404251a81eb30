using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training;

/// <summary>Spans and instruments of training runs; those of a run come from its own process.</summary>
internal static class TrainingTelemetry
{
    private const string Name = "GenreCloud.Training";
    private const string ArchitectureName = "genrecloud.architecture";
    private const string Epoch = "genrecloud.epoch";
    private const string EvaluationId = "genrecloud.evaluation.id";
    private const string PrecisionName = "genrecloud.training.precision";
    private const string Split = "genrecloud.split";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Samples = Meter.CreateCounter<long>(
        "genrecloud.training.samples", unit: "{sample}", description: "Spectrograms that were trained on, once for every epoch.");

    private static readonly Gauge<double> Throughput = Meter.CreateGauge<double>(
        "genrecloud.training.throughput", unit: "{sample}/s", description: "Spectrograms trained a second, over the epoch so far.");

    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>(
        "genrecloud.training.loss", unit: "1", description: "Mean cross-entropy of an epoch, nats.");

    private static readonly Gauge<double> Accuracy = Meter.CreateGauge<double>(
        "genrecloud.training.accuracy", unit: "1", description: "Share of an epoch's spectrograms whose most probable label is right.");

    private static readonly Histogram<double> EpochDuration = Meter.CreateHistogram(
        "genrecloud.training.epoch.duration",
        unit: "s",
        description: "An epoch, training and validation.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400] });

    /// <param name="samples">Spectrograms of the step.</param>
    /// <param name="samplesPerSecond">Over the epoch so far.</param>
    public static void RecordStep(string architecture, Precision precision, int samples, double samplesPerSecond)
    {
        var tags = new TagList { { ArchitectureName, architecture }, { PrecisionName, precision == Precision.Bf16 ? "bf16" : "fp32" } };
        Samples.Add(samples, tags);
        Throughput.Record(samplesPerSecond, tags);
    }

    public static void RecordEpoch(string architecture, EpochMetrics epoch)
    {
        var ofArchitecture = KeyValuePair.Create<string, object?>(ArchitectureName, architecture);
        var training = KeyValuePair.Create<string, object?>(Split, "training");
        var validation = KeyValuePair.Create<string, object?>(Split, "validation");
        Loss.Record(epoch.TrainingLoss, ofArchitecture, training);
        Loss.Record(epoch.ValidationLoss, ofArchitecture, validation);
        Accuracy.Record(epoch.TrainingTop1, ofArchitecture, training);
        Accuracy.Record(epoch.ValidationTop1, ofArchitecture, validation);
        EpochDuration.Record(epoch.Seconds, ofArchitecture);
    }

    /// <summary>The span of a run in its own process.</summary>
    /// <param name="parent">The service's span of the attempt, from the other process.</param>
    public static Activity? StartRun(string runId, ActivityContext parent) =>
        Source.StartActivity("run", ActivityKind.Internal, parent)?.SetTag(TelemetryAttributes.RunId, runId);

    /// <summary>The span of a checkpoint that becomes a model version, in its own process.</summary>
    /// <param name="parent">The request's span, from the other process.</param>
    public static Activity? StartCheckpoint(string model, string architecture, ActivityContext parent) =>
        Source.StartActivity("checkpoint", ActivityKind.Internal, parent)
            ?.SetTag(TelemetryAttributes.ModelName, model)
            .SetTag(ArchitectureName, architecture);

    public static void SetSettings(this Activity span, RunSettings settings) =>
        span.SetTag(TelemetryAttributes.DatasetName, settings.Dataset)
            .SetTag(TelemetryAttributes.DatasetVersion, $"{settings.Version}")
            .SetTag(TelemetryAttributes.ModelName, settings.Model)
            .SetTag(ArchitectureName, settings.Architecture);

    /// <summary>The span of fetching the dataset and making the network.</summary>
    public static Activity? StartPrepare(string runId) => Start("prepare", runId);

    /// <summary>The span of one epoch, training and validation.</summary>
    /// <param name="epoch">1 for the first.</param>
    public static Activity? StartEpoch(string runId, int epoch) => Start("epoch", runId)?.SetTag(Epoch, epoch);

    /// <summary>The span of asking the trained network what was held back.</summary>
    public static Activity? StartMeasure(string runId) => Start("measure", runId);

    /// <summary>The span of making the ONNX model, and of proving that it answers as the network does.</summary>
    public static Activity? StartExport(string runId) => Start("export", runId);

    /// <summary>The span of registering the model version.</summary>
    public static Activity? StartRegister(string runId) => Start("register", runId);

    public static void SetModelVersion(this Activity span, string model, int version) =>
        span.SetTag(TelemetryAttributes.ModelName, model).SetTag(TelemetryAttributes.ModelVersion, version);

    /// <summary>The span of asking a model version the samples of a dataset version.</summary>
    public static Activity? StartEvaluate(ModelEvaluation evaluation) => Source.StartActivity("evaluate")
        ?.SetEvaluationId(evaluation.Id)
        .SetTag(TelemetryAttributes.ModelName, evaluation.Model)
        .SetTag(TelemetryAttributes.ModelVersion, evaluation.ModelVersion)
        .SetTag(TelemetryAttributes.DatasetName, evaluation.Dataset)
        .SetTag(TelemetryAttributes.DatasetVersion, $"{evaluation.DatasetVersion}");

    public static Activity SetEvaluationId(this Activity span, string id) => span.SetTag(EvaluationId, id);

    private static Activity? Start(string name, string runId) => Source.StartActivity(name)?.SetTag(TelemetryAttributes.RunId, runId);
}
