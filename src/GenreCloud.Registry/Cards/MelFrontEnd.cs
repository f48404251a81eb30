namespace GenreCloud.Registry;

/// <summary>How the spectrograms that a model was trained on are made from sound: who classifies a song must do the same.</summary>
public sealed record MelFrontEnd
{
    /// <summary>The front end of the source data: librosa's defaults of January 2020.</summary>
    public static MelFrontEnd Standard { get; } = new();

    /// <summary>Hz, mono.</summary>
    public int SampleRate { get; init; } = 22_050;

    /// <summary>Samples a Fourier transform; the window is Hann.</summary>
    public int FftLength { get; init; } = 2048;

    /// <summary>Samples from one frame to the next; frames are centred.</summary>
    public int HopLength { get; init; } = 512;

    /// <summary>Rows of the picture.</summary>
    public int MelBands { get; init; } = 128;

    /// <summary>Slaney 1998: linear below 1 kHz, logarithmic above, filters of equal area.</summary>
    public string MelScale { get; init; } = "slaney";

    /// <summary>Exponent of the magnitude: 2 is power.</summary>
    public double Power { get; init; } = 2;

    /// <summary>Added before the natural logarithm: ln(S + offset).</summary>
    public double LogOffset { get; init; } = 1e-9;

    /// <summary>From the clip's own minimum and maximum to 0..255, truncated.</summary>
    public string Scaling { get; init; } = "minMaxToUInt8";

    /// <summary>Low frequencies at the bottom.</summary>
    public bool Flipped { get; init; } = true;

    /// <summary>255 - x: dark is loud.</summary>
    public bool Inverted { get; init; } = true;

    /// <summary>Columns of the picture: 29.99 s.</summary>
    public int Frames { get; init; } = 1292;
}
