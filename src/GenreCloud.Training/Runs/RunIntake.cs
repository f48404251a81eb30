using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>Checks what a run is asked for, and takes it in: stored and queued.</summary>
internal sealed class RunIntake(RunStore runs, WorkQueue<RunMessage> queue, DatasetStore datasets, RunStarts starts, TimeProvider time)
{
    /// <summary>More folds than this would be leaving one artist out.</summary>
    public const int MostFolds = 100;

    /// <summary>Stores a run and queues it.</summary>
    /// <param name="settings">As <see cref="SettingsAsync(RunRequest, CancellationToken)"/> returned them.</param>
    /// <param name="sweep">The sweep that it is a part of, if any.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ProblemException">The dataset version is being deleted, since the settings were checked.</exception>
    public async Task<Run> AcceptAsync(RunSettings settings, string? sweep, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var run = new Run { Id = Guid.CreateVersion7(now).ToString("n"), Settings = settings, Sweep = sweep, CreatedAt = now };
        await runs.AcceptAsync(run, datasets, queue, cancellationToken);
        return run;
    }

    /// <summary>The settings that a request means.</summary>
    /// <exception cref="ProblemException">It cannot be done: there is no such dataset, it is being deleted, or a value is out of its range.</exception>
    public async Task<RunSettings> SettingsAsync(RunRequest request, CancellationToken cancellationToken) =>
        (await SettingsAsync([request], cancellationToken))[0];

    /// <summary>The settings that requests mean, in their order; what they share is read once.</summary>
    /// <inheritdoc cref="SettingsAsync(RunRequest, CancellationToken)"/>
    public async Task<IReadOnlyList<RunSettings>> SettingsAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        var manifests = new Dictionary<(string?, int?), DatasetManifest>();
        var settings = new List<RunSettings>();
        foreach (var request in requests)
        {
            if (!manifests.TryGetValue((request.Dataset, request.Version), out var manifest))
            {
                manifest = await RequestedDataset.ReadManifestAsync(datasets, request.Dataset, request.Version, cancellationToken);
                manifests.Add((request.Dataset, request.Version), manifest);
            }

            var (asked, start) = await starts.ResolveAsync(request, manifest.Labels, cancellationToken);
            settings.Add(Check(asked, manifest, start));
        }

        return settings;
    }

    private static RunSettings Check(RunRequest request, DatasetManifest manifest, ModelStart? start)
    {
        if (manifest.Labels.Count < 2)
        {
            throw Invalid(
                "The dataset has one class only",
                $"{manifest.Name} version {manifest.Version} has only {manifest.Labels[0]}; a classifier needs two or more. Import more genres.");
        }

        var settings = RunSettings.From(request, manifest, start);
        if (Architecture.All.All(architecture => architecture.Name != settings.Architecture))
        {
            throw Invalid(
                "Unknown architecture", $"{settings.Architecture} is none of: {string.Join(", ", Architecture.All.Select(architecture => architecture.Name))}.");
        }

        if (settings.MissingTabular is not null && manifest.Tabular.Count == 0)
        {
            throw Invalid(
                "The dataset has no tabular features",
                $"{settings.Architecture} reads them beside the spectrogram, and {manifest.Name} version {manifest.Version} has none. "
                + "Import with a profile that has them, such as metal, or choose another architecture.");
        }

        if (!ModelName.IsValid(settings.Model))
        {
            throw Invalid("The model's name cannot be used", $"\"{settings.Model}\": {ModelName.Rule} Give it as model.");
        }

        RequestRange.Require("epochs", settings.Epochs, 1, 10_000);
        RequestRange.Require("batchSize", settings.BatchSize, 2, 4096);
        RequestRange.Require("learningRate", settings.LearningRate.Peak ?? TrainingOptions.DefaultLearningRate, 1e-9, 10);
        RequestRange.Require("weightDecay", settings.WeightDecay, 0, 1);
        RequireTrainable(settings);
        RequestRange.Require("split.validationFraction", settings.Split.ValidationFraction, 0.01, 0.9);
        if (settings.Split.Folds is { } folds)
        {
            RequestRange.Require("split.folds", folds, 2, MostFolds);
            RequestRange.Require("split.fold", settings.Split.Fold, 1, folds);
        }

        return settings;
    }

    /// <summary>The ranges that the trainer itself knows.</summary>
    private static void RequireTrainable(RunSettings settings)
    {
        try
        {
            settings.ToTrainingOptions(threads: 1).Validate();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(exception.ParamName!);
            throw Invalid($"{name} is out of range", FormattableString.Invariant($"{name} is {exception.ActualValue}. {exception.FirstLine()}"));
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
