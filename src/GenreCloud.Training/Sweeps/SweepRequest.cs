using System.ComponentModel;
using System.Text.Json;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>The body of <c>POST /api/sweeps</c>.</summary>
public sealed record SweepRequest
{
    [Description("What all runs have in common: the body of POST /api/runs.")]
    public RunRequest? Run { get; init; }

    [Description(
        "What differs: by the name of a field of the run (\"learningRate\", \"split.seed\") a list of values, or for a random search a range "
        + "{\"min\", \"max\", \"scale\": \"linear\" or \"log\"}.")]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    [Description("How many combinations a random search draws; without it every combination of the values is run.")]
    public int? Samples { get; init; }

    [Description("Seed of the random search; 1.")]
    public int? Seed { get; init; }

    [Description("Cross-validation: each combination is run once for each of so many folds, by the kind and seed of the run's split.")]
    public int? Folds { get; init; }
}
