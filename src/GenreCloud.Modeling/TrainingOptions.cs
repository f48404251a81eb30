using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Modeling;

/// <summary>What is computed in the convolutions.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16 convolutions, float32 weights. Twice as fast where the CPU has instructions for it; elsewhere the run falls back to float32.</summary>
    Bf16,
}

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The peak of the source project's recipe for <see cref="Crnn"/>; also what is taken when a range test finds none.</summary>
    public const double DefaultLearningRate = 1.4e-3;

    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images a step, at least 1.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Peak of the one-cycle schedule, above 0 to 10; null for what a <see cref="LearningRateRangeTest"/> finds.</summary>
    public double? LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>Decoupled weight decay: a step shrinks weights by this times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of every label that goes to all classes alike, 0 for none, to 0.9; 0.1 is usual.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What is done about classes of different sizes.</summary>
    public ClassBalance ClassBalance { get; init; }

    /// <summary>Steps with a longer gradient are made with one of this length (2-norm over all weights), above 0; null leaves gradients as they are.</summary>
    public double? GradientClip { get; init; }

    /// <summary>
    /// Ends the training after so many epochs without a lower validation loss, at least 1; null trains every epoch. The schedule is
    /// not shortened: most of what one cycle learns it learns at its end, so that a small patience costs more than it saves.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>The epoch whose weights are kept.</summary>
    public WeightSelection Selection { get; init; }

    /// <summary>How training images are changed.</summary>
    public Augmentation Augmentation { get; init; } = new();

    /// <summary>Seeds all that is drawn during the steps: augmentation, and dropout where a network has it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Precision that the run asks for; <see cref="TrainingDevice.FormatFor(Precision)"/> says what it gets.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Threads of libtorch, at least 1. One thread gives bit-identical runs.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Batches of an epoch over that many images. A last batch that is not full is left out, for it would normalise by the
    /// statistics of a few images and weigh each of them more; the shuffle leaves out others the next time. A set smaller than
    /// a batch is one batch.
    /// </summary>
    public int BatchesPerEpoch(int images) => images == 0 ? 0 : Math.Max(1, images / BatchSize);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public void Validate()
    {
        OptionRange.Require(Epochs, 1, 10_000);
        OptionRange.Require(BatchSize, 1, 65_536);
        OptionRange.Require(Threads, 1, 1024);
        OptionRange.Require(LearningRate ?? DefaultLearningRate, double.Epsilon, 10, nameof(LearningRate));
        OptionRange.Require(WeightDecay, 0, 10);
        OptionRange.Require(LabelSmoothing, 0, 0.9);
        OptionRange.Require(GradientClip ?? 1, double.Epsilon, double.MaxValue, nameof(GradientClip));
        OptionRange.Require(EarlyStoppingPatience ?? 1, 1, 10_000, nameof(EarlyStoppingPatience));
        Augmentation.Validate();
    }
}
