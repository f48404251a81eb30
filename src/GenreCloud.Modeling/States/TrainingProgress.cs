namespace GenreCloud.Modeling.States;

/// <summary>How far a training has come, between two of its steps. With the weights and the optimizer's moments it is all that the rest depends on.</summary>
internal sealed record TrainingProgress
{
    /// <summary>Batches of an epoch; 0 before the first.</summary>
    public int BatchesPerEpoch { get; init; }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; init; } = [];

    /// <summary>Batches of the current epoch that have been learnt, to <see cref="BatchesPerEpoch"/>.</summary>
    public int Batches { get; init; }

    /// <summary>Their scores.</summary>
    public EpochTally Tally { get; init; }

    /// <summary>Time spent on the current epoch, to its last step.</summary>
    public TimeSpan EpochDuration { get; init; }

    /// <summary>Null before it, or where none was asked for.</summary>
    public RangeTestResult? RangeTest { get; init; }

    /// <summary>Steps made.</summary>
    public int Step => Epochs.Count * BatchesPerEpoch + Batches;

    /// <summary>Index of the last finished epoch; null before the first.</summary>
    public int? LastEpoch => Epochs.Count == 0 ? null : Epochs.Count - 1;

    /// <summary>Index of the epoch with the lowest validation loss, the earlier of two; null before the first epoch or without validation images.</summary>
    public int? BestEpoch => Epochs.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss)?.Epoch;

    /// <summary>Whether nothing is left to train.</summary>
    public bool IsFinished(TrainingOptions options) =>
        Epochs.Count >= options.Epochs || (BestEpoch is { } best && Epochs.Count - 1 - best >= options.EarlyStoppingPatience);
}
