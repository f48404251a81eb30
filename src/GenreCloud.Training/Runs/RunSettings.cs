using GenreCloud.Datasets;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Augmentations;
using GenreCloud.Registry;

namespace GenreCloud.Training.Runs;

/// <summary>What a run does, with nothing left open: the same settings on the same machine give the same weights.</summary>
public sealed record RunSettings
{
    public required string Dataset { get; init; }

    public required int Version { get; init; }

    public required string Architecture { get; init; }

    public required string Model { get; init; }

    /// <summary>The version with whose weights the training begins; null for weights drawn from the seed.</summary>
    public ModelStart? StartFrom { get; init; }

    /// <summary>Whether the result becomes a version of the model; false where only its evaluation is wanted.</summary>
    public bool Register { get; init; } = true;

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required LearningRate LearningRate { get; init; }

    public required double WeightDecay { get; init; }

    public double LabelSmoothing { get; init; }

    public ClassBalance ClassBalance { get; init; }

    public double? GradientClip { get; init; }

    public int? EarlyStoppingPatience { get; init; }

    public WeightSelection Selection { get; init; }

    public Augmentation Augmentation { get; init; } = new();

    public required int Seed { get; init; }

    public required Precision Precision { get; init; }

    public required SplitSpec Split { get; init; }

    /// <summary>Null for architectures without tabular features.</summary>
    public MissingTabular? MissingTabular { get; init; }

    /// <summary>The settings that a request means, where it is silent by the recipe of the source project.</summary>
    /// <param name="start">What <see cref="RunRequest.StartFrom"/> means; null where it is null.</param>
    public static RunSettings From(RunRequest request, DatasetManifest manifest, ModelStart? start = null)
    {
        var defaults = new TrainingOptions();
        var architecture = request.Architecture ?? Crnn.ArchitectureName;
        return new RunSettings
        {
            Dataset = manifest.Name,
            Version = manifest.Version,
            Architecture = architecture,
            Model = request.Model ?? manifest.Name,
            StartFrom = start,
            Register = request.Register ?? true,
            Epochs = request.Epochs ?? defaults.Epochs,
            BatchSize = request.BatchSize ?? defaults.BatchSize,
            LearningRate = request.LearningRate ?? TrainingOptions.DefaultLearningRate,
            WeightDecay = request.WeightDecay ?? defaults.WeightDecay,
            LabelSmoothing = request.LabelSmoothing ?? defaults.LabelSmoothing,
            ClassBalance = request.ClassBalance ?? defaults.ClassBalance,
            GradientClip = request.GradientClip,
            EarlyStoppingPatience = request.EarlyStoppingPatience,
            Selection = request.Selection ?? defaults.Selection,
            Augmentation = request.Augmentation ?? defaults.Augmentation,
            Seed = request.Seed ?? defaults.Seed,
            Precision = request.Precision ?? defaults.Precision,
            Split = request.Split ?? new SplitSpec(),
            MissingTabular = Modeling.Architecture.All.Any(one => one.Name == architecture && one.TabularColumns > 0)
                ? request.MissingTabular ?? Runs.MissingTabular.Keep
                : null,
        };
    }

    /// <summary>How the trainer is to train.</summary>
    /// <param name="threads">Threads of libtorch.</param>
    public TrainingOptions ToTrainingOptions(int threads) => new()
    {
        Epochs = Epochs,
        BatchSize = BatchSize,
        LearningRate = LearningRate.Peak,
        WeightDecay = WeightDecay,
        LabelSmoothing = LabelSmoothing,
        ClassBalance = ClassBalance,
        GradientClip = GradientClip,
        EarlyStoppingPatience = EarlyStoppingPatience,
        Selection = Selection,
        Augmentation = Augmentation,
        Seed = Seed,
        Precision = Precision,
        Threads = threads,
    };
}
