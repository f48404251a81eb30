using System.ComponentModel;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Training.Runs;

/// <summary>The body of <c>POST /api/runs</c>. What is left out gets the value named in its description.</summary>
public sealed record RunRequest
{
    [Description("The dataset to train on.")]
    public string? Dataset { get; init; }

    [Description("Its version; the newest unless given.")]
    public int? Version { get; init; }

    [Description("A registered model version with whose weights the training begins; drawn from the seed unless given. Labels that it does not know begin from nothing.")]
    public StartFromRequest? StartFrom { get; init; }

    [Description("The network, one of GET /api/architectures; crnn, or that of the version that the run starts from.")]
    public string? Architecture { get; init; }

    [Description("The model to register the result as; the dataset's name unless given.")]
    public string? Model { get; init; }

    [Description("Whether the result becomes a version of the model, or is only evaluated; true, and false for the folds of a sweep.")]
    public bool? Register { get; init; }

    [Description("How often every training spectrogram is seen; 10.")]
    public int? Epochs { get; init; }

    [Description("Spectrograms a step; 16.")]
    public int? BatchSize { get; init; }

    [Description("The peak of the one-cycle schedule, or \"auto\" for what a range test finds; 0.0014.")]
    public LearningRate? LearningRate { get; init; }

    [Description("Decoupled weight decay; 0.01.")]
    public double? WeightDecay { get; init; }

    [Description("Share of every label that goes to all classes alike, 0 to 0.9; 0.")]
    public double? LabelSmoothing { get; init; }

    [Description("What is done about classes of different sizes: none, weights (of the loss) or sampling (as many spectrograms of each); none.")]
    public ClassBalance? ClassBalance { get; init; }

    [Description("The longest gradient (2-norm) that a step is made with; gradients stay as they are unless given.")]
    public double? GradientClip { get; init; }

    [Description("Ends the training after so many epochs without a lower validation loss; every epoch is trained unless given.")]
    public int? EarlyStoppingPatience { get; init; }

    [Description("The epoch whose weights are registered: last, or best by validation loss, whose validation figures are then too good; last.")]
    public WeightSelection? Selection { get; init; }

    [Description("How training spectrograms are changed, each time anew: time and frequency masks, time shift, mixup, hidden tabular features; not at all.")]
    public Augmentation? Augmentation { get; init; }

    [Description("Seed of the initial weights, of the order of the spectrograms and of their augmentation; 1.")]
    public int? Seed { get; init; }

    [Description("fp32, or bf16 where the CPU has it (fp32 where not); fp32.")]
    public Precision? Precision { get; init; }

    [Description("keep or drop samples that lack a tabular feature, where the network takes them; keep.")]
    public MissingTabular? MissingTabular { get; init; }

    [Description("What is held back to measure with; artist-disjoint, seed 1, a fifth.")]
    public SplitSpec? Split { get; init; }
}
