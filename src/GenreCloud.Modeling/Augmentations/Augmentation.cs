namespace GenreCloud.Modeling.Augmentations;

/// <summary>
/// How training pictures are changed, each time anew, so that a network cannot learn them by heart. Nothing by default. Validation
/// pictures stay as they are.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Time masks a picture (SpecAugment, Park et al. 2019), 0 for none.</summary>
    public int TimeMasks { get; init; }

    /// <summary>Frames that a time mask covers at most: 0 to this, each as likely. 1 to 1292; 64 are 1.5 s.</summary>
    public int TimeMaskFrames { get; init; } = 64;

    /// <summary>Frequency masks a picture (SpecAugment), 0 for none.</summary>
    public int FrequencyMasks { get; init; }

    /// <summary>Mel bands that a frequency mask covers at most: 0 to this, each as likely. 1 to 128.</summary>
    public int FrequencyMaskBands { get; init; } = 16;

    /// <summary>
    /// Frames by which a picture is rolled at most, to either side; what leaves at one end comes in at the other, so that nothing
    /// of the clip is lost. 0 for none, to 1291.
    /// </summary>
    public int TimeShiftFrames { get; init; }

    /// <summary>
    /// Mixup (Zhang et al. 2018): every picture is mixed with another of its batch by shares drawn from Beta(alpha, alpha), and its
    /// label and tabular values likewise. 0 for none, to 1; 0.2 to 0.4 are usual.
    /// </summary>
    public double MixupAlpha { get; init; }

    /// <summary>
    /// Share of the images whose tabular values are all hidden, 0 to 1, so that a network learns to answer without them too. 0 for
    /// none.
    /// </summary>
    public double TabularDropout { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public void Validate()
    {
        OptionRange.Require(TimeMasks, 0, 16);
        OptionRange.Require(TimeMaskFrames, 1, SpectrogramShape.Frames);
        OptionRange.Require(FrequencyMasks, 0, 16);
        OptionRange.Require(FrequencyMaskBands, 1, SpectrogramShape.Bands);
        OptionRange.Require(TimeShiftFrames, 0, SpectrogramShape.Frames - 1);
        OptionRange.Require(MixupAlpha, 0, 1);
        OptionRange.Require(TabularDropout, 0, 1);
    }
}
