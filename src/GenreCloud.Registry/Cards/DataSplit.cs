namespace GenreCloud.Registry;

/// <summary>How a dataset version was divided into what a model learnt from and what it was measured with.</summary>
public sealed record DataSplit
{
    /// <summary>What lies on one side only: an artist, or just a track.</summary>
    public required SplitUnit Unit { get; init; }

    /// <summary>Of the draw.</summary>
    public required int Seed { get; init; }

    /// <summary>The part of each label that was to be held back; null for a fold.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Into how many parts the samples were divided for cross-validation; null when they were not.</summary>
    public int? Folds { get; init; }

    /// <summary>Which of those was held back, from 1.</summary>
    public int? Fold { get; init; }

    /// <summary>In the order of the model's labels.</summary>
    public required IReadOnlyList<int> TrainingSamples { get; init; }

    /// <summary>Artists of the training samples.</summary>
    public required int TrainingArtists { get; init; }

    /// <summary>Artists of the validation samples.</summary>
    public required int ValidationArtists { get; init; }

    /// <summary>Artists of both: the model knows them already, which makes the measurement kinder than new artists will be.</summary>
    public required int SharedArtists { get; init; }
}

/// <summary>What a split keeps on one side.</summary>
public enum SplitUnit
{
    Artist,
    Track,
}
