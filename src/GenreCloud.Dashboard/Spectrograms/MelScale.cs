namespace GenreCloud.Dashboard.Spectrograms;

/// <summary>The mel scale of Slaney's Auditory Toolbox (1998), on which the rows of a spectrogram lie: linear below 1 kHz, logarithmic above.</summary>
internal static class MelScale
{
    /// <summary>The upper end of a spectrogram, Hz: half the sample rate of 22,050 Hz.</summary>
    public const double HighestHertz = 11025;

    private const double HertzPerMel = 200.0 / 3;
    private const double BreakHertz = 1000;
    private const double BreakMel = BreakHertz / HertzPerMel;

    /// <summary>ln(6.4) / 27: 27 mels from 1 kHz to 6.4 kHz.</summary>
    private static readonly double LogStep = Math.Log(6.4) / 27;

    /// <summary>Where a frequency lies on the height of a spectrogram: 0 at its bottom, 1 at its top.</summary>
    public static double Height(double hertz) => Mel(hertz) / Mel(HighestHertz);

    private static double Mel(double hertz) => hertz < BreakHertz ? hertz / HertzPerMel : BreakMel + (Math.Log(hertz / BreakHertz) / LogStep);
}
