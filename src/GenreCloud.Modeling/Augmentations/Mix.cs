namespace GenreCloud.Modeling.Augmentations;

/// <summary>What a picture of a batch is mixed with.</summary>
/// <param name="Partner">Index of the other picture within the batch; its own for none.</param>
/// <param name="Share">The picture's own share, in 256ths, 128 to 256: the label of a mixed picture remains its larger part.</param>
internal readonly record struct Mix(int Partner, int Share)
{
    /// <summary>The whole, in 256ths.</summary>
    public const int Whole = 256;

    /// <summary>The picture's own share, 0.5 to 1.</summary>
    public float Own => (float)Share / Whole;
}
