using GenreCloud.Client.Models;
using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Runs;

/// <summary>What the form of a new run has in its fields, with the defaults of the service.</summary>
internal sealed class RunForm
{
    /// <summary>In the browser's memory.</summary>
    public const string Name = "run";

    /// <summary>What the page's address asked for when it was opened: "genres 2"; null when it asked for nothing.</summary>
    public string? OpenedFor { get; set; }

    public string Dataset { get; set; } = "";

    /// <summary>Null for the newest.</summary>
    public int? Version { get; set; }

    /// <summary>Empty for the dataset's name.</summary>
    public string Model { get; set; } = "";

    public bool Register { get; set; } = true;

    public string Architecture { get; set; } = "crnn";

    public int Epochs { get; set; } = 10;

    public int BatchSize { get; set; } = 16;

    /// <summary>Whether the learning rate is looked for first.</summary>
    public bool RangeTest { get; set; } = true;

    public double LearningRate { get; set; } = 0.0014;

    public double WeightDecay { get; set; } = 0.01;

    public double LabelSmoothing { get; set; }

    public ClassBalance ClassBalance { get; set; }

    /// <summary>Epochs; null for never.</summary>
    public int? EarlyStoppingPatience { get; set; }

    public WeightSelection Selection { get; set; }

    public Precision Precision { get; set; }

    public int Seed { get; set; } = 1;

    public SplitUnit SplitKind { get; set; }

    public double ValidationFraction { get; set; } = 0.2;

    public int TimeMasks { get; set; }

    public int FrequencyMasks { get; set; }

    public double MixupAlpha { get; set; }

    /// <summary>A model to start from; empty for weights drawn from the seed.</summary>
    public string StartFrom { get; set; } = "";

    /// <summary>Takes what the page's address asks for; what was chosen under the same address stays, so that a reload does not lose it.</summary>
    /// <param name="dataset">Null where it asks for none.</param>
    /// <param name="version">Null for the newest.</param>
    public void OpenFor(string? dataset, int? version)
    {
        var asked = dataset is null ? null : FormattableString.Invariant($"{dataset} {version}");
        if (asked is not null && asked != OpenedFor)
        {
            (Dataset, Version) = (dataset!, version);
        }

        OpenedFor = asked;
    }

    public RunRequest ToRequest() => new(Dataset)
    {
        Version = Version,
        Model = Model.Trim() is { Length: > 0 } model ? model : null,
        Register = Register,
        Architecture = Architecture,
        Epochs = Epochs,
        BatchSize = BatchSize,
        LearningRate = RangeTest ? Client.Runs.LearningRate.Auto : Client.Runs.LearningRate.FromDouble(LearningRate),
        WeightDecay = WeightDecay,
        LabelSmoothing = LabelSmoothing,
        ClassBalance = ClassBalance,
        EarlyStoppingPatience = EarlyStoppingPatience,
        Selection = Selection,
        Precision = Precision,
        Seed = Seed,
        Split = new Split(SplitKind, Seed: 1, ValidationFraction),
        Augmentation = new Augmentation { TimeMasks = TimeMasks, FrequencyMasks = FrequencyMasks, MixupAlpha = MixupAlpha },
        StartFrom = StartFrom.Length > 0 ? new StartFrom(StartFrom) : null,
    };
}
