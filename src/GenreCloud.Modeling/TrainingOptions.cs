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
    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images a step, at least 1.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Peak of the one-cycle schedule.</summary>
    public double LearningRate { get; init; } = 1.4e-3;

    /// <summary>Decoupled weight decay: a step shrinks weights by this times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Precision that the run asks for; <see cref="CpuTraining.FormatFor(Precision)"/> says what it gets.</summary>
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
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1, nameof(Epochs));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1, nameof(BatchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate, nameof(LearningRate));
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay, nameof(WeightDecay));
    }
}
