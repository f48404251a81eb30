namespace GenreCloud.Audio.Mel;

/// <summary>
/// Triangles on the Slaney mel scale (Auditory Toolbox, 1998: linear to 1 kHz, logarithmic above), each with the area of one band of 2 / width Hz
/// (Slaney's norm), from 0 Hz to half the sample rate. Only the bins within a triangle are kept.
/// </summary>
internal sealed class MelFilterBank
{
    private const double LinearHzPerMel = 200.0 / 3;
    private const double FirstLogHz = 1000;
    private const double FirstLogMel = FirstLogHz / LinearHzPerMel;

    private readonly int[] _firstBins;
    private readonly float[][] _weights;

    /// <param name="sampleRate">In Hz.</param>
    /// <param name="fftLength">Samples of one frame.</param>
    /// <param name="bands">How many triangles.</param>
    public MelFilterBank(int sampleRate, int fftLength, int bands)
    {
        var edges = Edges(sampleRate / 2.0, bands);
        Limits = [edges[0], .. Enumerable.Range(1, bands - 1).Select(band => (edges[band] + edges[band + 1]) / 2), edges[^1]];
        var bins = (fftLength / 2) + 1;
        _firstBins = new int[bands];
        _weights = new float[bands][];
        for (var band = 0; band < bands; band++)
        {
            var (left, peak, right) = (edges[band], edges[band + 1], edges[band + 2]);
            var row = new float[bins];
            for (var bin = 0; bin < bins; bin++)
            {
                var hz = bin * (double)sampleRate / fftLength;
                var triangle = Math.Max(0, Math.Min((hz - left) / (peak - left), (right - hz) / (right - peak)));

                // Two roundings to float32, as in librosa.
                row[bin] = (float)((float)triangle * (2.0 / (right - left)));
            }

            var first = Math.Max(Array.FindIndex(row, weight => weight > 0), 0);
            _firstBins[band] = first;
            _weights[band] = row[first..(Array.FindLastIndex(row, weight => weight > 0) + 1)];
        }
    }

    public int Bands => _weights.Length;

    /// <summary>In Hz: a band lies between the limit of its number and the next one, where its triangle crosses those of its neighbours.</summary>
    public IReadOnlyList<double> Limits { get; }

    /// <summary>The first bin of a band's <see cref="Weights"/>.</summary>
    public int FirstBin(int band) => _firstBins[band];

    /// <summary>The weights above zero, for consecutive bins.</summary>
    public ReadOnlySpan<float> Weights(int band) => _weights[band];

    /// <summary>Corners of the triangles in Hz, evenly spaced in mel; each triangle begins at the peak of the one before.</summary>
    private static double[] Edges(double maxHz, int bands)
    {
        var maxMel = FirstLogMel + (Math.Log(maxHz / FirstLogHz) / LogStep);
        return [.. Enumerable.Range(0, bands + 2).Select(edge => ToHz(edge * maxMel / (bands + 1)))];
    }

    private static double LogStep => Math.Log(6.4) / 27;

    private static double ToHz(double mel)
        => mel < FirstLogMel ? mel * LinearHzPerMel : FirstLogHz * Math.Exp(LogStep * (mel - FirstLogMel));
}
