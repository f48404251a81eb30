using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Runs;

/// <summary>A run in a list, with nothing in it that a list does not show.</summary>
internal sealed record RunRow(
    string Id,
    string Architecture,
    string Dataset,
    int DatasetVersion,
    RunStatus Status,
    int Epochs,
    int AllEpochs,
    double? LearningRate,
    double? Top1,
    string? Model,
    int? ModelVersion,
    string? Sweep,
    DateTimeOffset CreatedAt,
    TimeSpan? Duration)
{
    public static RunRow Of(Run run) => new(
        run.Id,
        run.Settings.Architecture,
        run.Settings.Dataset,
        run.Settings.Version,
        run.Status,
        run.Epochs.Count,
        run.Settings.Epochs,
        run.RangeTest?.LearningRate ?? run.Settings.LearningRate.Peak,
        run.Result?.Top1 ?? (run.Epochs.Count > 0 ? run.Epochs[^1].ValidationTop1 : null),
        run.Result?.Model,
        run.Result?.ModelVersion,
        run.Sweep,
        run.CreatedAt,
        run.EndedAt - run.StartedAt);

    /// <summary>What it is called in a sentence or a legend.</summary>
    public string Name => $"{Architecture} on {Dataset} version {DatasetVersion}";
}
