using GenreCloud.Datasets;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>What a run does, with nothing left open: the same settings on the same machine give the same weights.</summary>
public sealed record RunSettings
{
    public required string Dataset { get; init; }

    public required int Version { get; init; }

    public required string Architecture { get; init; }

    public required string Model { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required double WeightDecay { get; init; }

    public required int Seed { get; init; }

    public required Precision Precision { get; init; }

    public required SplitSpec Split { get; init; }

    /// <summary>Null for architectures without tabular features.</summary>
    public MissingTabular? MissingTabular { get; init; }

    /// <summary>The settings that a request means, where it is silent by the recipe of the source project.</summary>
    public static RunSettings From(RunRequest request, DatasetManifest manifest)
    {
        var defaults = new TrainingOptions();
        var architecture = request.Architecture ?? Crnn.ArchitectureName;
        return new RunSettings
        {
            Dataset = manifest.Name,
            Version = manifest.Version,
            Architecture = architecture,
            Model = request.Model ?? manifest.Name,
            Epochs = request.Epochs ?? defaults.Epochs,
            BatchSize = request.BatchSize ?? defaults.BatchSize,
            LearningRate = request.LearningRate ?? TrainingOptions.DefaultLearningRate,
            WeightDecay = request.WeightDecay ?? defaults.WeightDecay,
            Seed = request.Seed ?? 1,
            Precision = request.Precision ?? defaults.Precision,
            Split = request.Split ?? new SplitSpec(),
            MissingTabular = Modeling.Architecture.All.Any(one => one.Name == architecture && one.TabularColumns > 0)
                ? request.MissingTabular ?? Runs.MissingTabular.Keep
                : null,
        };
    }
}
