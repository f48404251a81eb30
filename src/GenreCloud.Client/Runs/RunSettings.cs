using GenreCloud.Client.Models;

namespace GenreCloud.Client.Runs;

/// <summary>What is to be trained. What is null gets the service's default, which is named.</summary>
/// <param name="Dataset">The dataset to train on.</param>
public sealed record RunRequest(string Dataset)
{
    /// <summary>The dataset's version; the newest.</summary>
    public int? Version { get; init; }

    /// <summary>A registered version with whose weights the training begins; drawn from the seed.</summary>
    public StartFrom? StartFrom { get; init; }

    /// <summary>The network: one of <see cref="TrainingClient.ListArchitecturesAsync"/>; <c>crnn</c>, or that of the version that the run starts from.</summary>
    public string? Architecture { get; init; }

    /// <summary>The model to register the result as; the dataset's name.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the result becomes a version of the model, or is only evaluated; true, and false for the folds of a sweep.</summary>
    public bool? Register { get; init; }

    /// <summary>How often every training spectrogram is seen; 10.</summary>
    public int? Epochs { get; init; }

    /// <summary>Spectrograms a step; 16.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The peak of the one-cycle schedule, or <see cref="LearningRate.Auto"/> for what a range test finds; 0.0014.</summary>
    public LearningRate? LearningRate { get; init; }

    /// <summary>Decoupled weight decay; 0.01.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Share of every label that goes to all classes alike, 0 to 0.9; 0.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>What is done about classes of different sizes; nothing.</summary>
    public ClassBalance? ClassBalance { get; init; }

    /// <summary>The longest gradient (2-norm) that a step is made with; as it is.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Ends the training after so many epochs without a lower validation loss; never.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>The epoch whose weights are registered; the last.</summary>
    public WeightSelection? Selection { get; init; }

    /// <summary>How training spectrograms are changed, each time anew; not at all.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Of the initial weights, of the order of the spectrograms and of their augmentation; 1.</summary>
    public int? Seed { get; init; }

    /// <summary>fp32.</summary>
    public Precision? Precision { get; init; }

    /// <summary>What becomes of samples that lack a tabular feature, where the network takes them; they are kept.</summary>
    public MissingTabular? MissingTabular { get; init; }

    /// <summary>What is held back to measure with; a fifth, by artist, seed 1.</summary>
    public Split? Split { get; init; }
}

/// <summary>A model version that a run starts from.</summary>
/// <param name="Model">A registered model.</param>
/// <param name="Version">Its version; null for the one in production.</param>
public sealed record StartFrom(string Model, int? Version = null);

/// <summary>What a run does, with nothing left open.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Architecture">The network.</param>
/// <param name="Model">The model to register the result as.</param>
/// <param name="StartFrom">With whose weights it begins; null for weights drawn from the seed.</param>
/// <param name="Register">Whether the result becomes a version of the model.</param>
/// <param name="Epochs">How often every training spectrogram is seen.</param>
/// <param name="BatchSize">Spectrograms a step.</param>
/// <param name="LearningRate">The peak of the one-cycle schedule.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
/// <param name="LabelSmoothing">Share of every label that goes to all classes alike.</param>
/// <param name="ClassBalance">What is done about classes of different sizes.</param>
/// <param name="GradientClip">The longest gradient (2-norm) that a step is made with; null for any.</param>
/// <param name="EarlyStoppingPatience">Ends the training after so many epochs without a lower validation loss; null for never.</param>
/// <param name="Selection">The epoch whose weights are registered.</param>
/// <param name="Augmentation">How training spectrograms are changed.</param>
/// <param name="Seed">Of the initial weights, of the order of the spectrograms and of their augmentation.</param>
/// <param name="Precision">That was asked for.</param>
/// <param name="Split">What is held back to measure with.</param>
/// <param name="MissingTabular">What becomes of samples that lack a tabular feature; null for networks that take none.</param>
public sealed record RunSettings(
    string Dataset,
    int Version,
    string Architecture,
    string Model,
    ModelStart? StartFrom,
    bool Register,
    int Epochs,
    int BatchSize,
    LearningRate LearningRate,
    double WeightDecay,
    double LabelSmoothing,
    ClassBalance ClassBalance,
    double? GradientClip,
    int? EarlyStoppingPatience,
    WeightSelection Selection,
    Augmentation Augmentation,
    int Seed,
    Precision Precision,
    Split Split,
    MissingTabular? MissingTabular);

/// <summary>How training pictures are changed, each time anew, so that a network cannot learn them by heart. Nothing unless given.</summary>
public sealed record Augmentation
{
    /// <summary>Time masks a picture, 0 to 16.</summary>
    public int TimeMasks { get; init; }

    /// <summary>Frames that a time mask covers at most, 1 to 1292; 64 are 1.5 s.</summary>
    public int TimeMaskFrames { get; init; } = 64;

    /// <summary>Frequency masks a picture, 0 to 16.</summary>
    public int FrequencyMasks { get; init; }

    /// <summary>Mel bands that a frequency mask covers at most, 1 to 128.</summary>
    public int FrequencyMaskBands { get; init; } = 16;

    /// <summary>Frames by which a picture is rolled at most, to either side, 0 to 1291.</summary>
    public int TimeShiftFrames { get; init; }

    /// <summary>Mixup: pictures are mixed by shares drawn from Beta(alpha, alpha), 0 for none to 1.</summary>
    public double MixupAlpha { get; init; }

    /// <summary>Share of the pictures whose tabular values are all hidden, 0 to 1.</summary>
    public double TabularDropout { get; init; }
}

/// <summary>What is held back to measure with.</summary>
/// <param name="Kind">What must not lie on both sides.</param>
/// <param name="Seed">Another seed draws other samples.</param>
/// <param name="ValidationFraction">The part of each label to hold back, above 0 and below 1; of no account with folds.</param>
/// <param name="Folds">Into how many parts the samples are divided, of which one is held back; null for none.</param>
/// <param name="Fold">Which part is held back, from 1.</param>
public sealed record Split(SplitUnit Kind = SplitUnit.Artist, int Seed = 1, double ValidationFraction = 0.2, int? Folds = null, int Fold = 1);

/// <summary>What is done about classes of different sizes.</summary>
public enum ClassBalance
{
    None,

    /// <summary>The loss of an image weighs more, the smaller its class is.</summary>
    Weights,

    /// <summary>Every epoch has as many images of each class.</summary>
    Sampling,
}

/// <summary>The epoch whose weights a network has when its training has ended.</summary>
public enum WeightSelection
{
    Last,

    /// <summary>The one with the lowest validation loss, whose validation figures are then too good.</summary>
    Best,
}

/// <summary>In which numbers a network is trained.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16 convolutions where the CPU has them, float32 weights.</summary>
    Bf16,
}

/// <summary>What becomes of samples that lack a tabular feature.</summary>
public enum MissingTabular
{
    /// <summary>They are trained on and measured with.</summary>
    Keep,

    /// <summary>They are left out of both sides of the split.</summary>
    Drop,
}

/// <summary>A network that can be trained.</summary>
/// <param name="Name">What a run asks for.</param>
/// <param name="Description">One sentence for people who choose.</param>
/// <param name="TabularColumns">Tabular columns that it takes beside the spectrogram; 0 for none.</param>
/// <param name="Family">Networks of one family can start from each other's weights.</param>
public sealed record Architecture(string Name, string Description, int TabularColumns, string Family);
