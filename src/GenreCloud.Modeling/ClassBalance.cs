namespace GenreCloud.Modeling;

/// <summary>What is done about classes of different sizes.</summary>
public enum ClassBalance
{
    /// <summary>Nothing: every image counts the same, so that a large class counts more than a small one.</summary>
    None,

    /// <summary>The loss of an image weighs n / (C n_c), for n images of C classes and n_c of its own: all classes count the same, and the mean weight is 1.</summary>
    Weights,

    /// <summary>Every epoch has as many images of each class: some of a large class, those of a small one several times. For the source of the batches to do.</summary>
    Sampling,
}
