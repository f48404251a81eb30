namespace GenreCloud.Audio.Resampling;

/// <summary>
/// The right half of the low-pass filter that resampy 0.2.2 calls <c>kaiser_best</c>: a sinc of 64 zero crossings under a Kaiser window, 512 values from one
/// crossing to the next. Later versions of resampy have another one, and a spectrogram shows the difference.
/// </summary>
internal static class KaiserBestWindow
{
    /// <summary>Values from one zero crossing to the next; 2 to the precision 9.</summary>
    public const int ValuesPerCrossing = 512;

    private const int ZeroCrossings = 64;
    private const double Beta = 14.769656459379492;
    private const double Rolloff = 0.9475937167399596;

    /// <summary>float64 [32769], from the middle to the last zero crossing.</summary>
    public static ReadOnlySpan<double> Values => Half;

    private static readonly double[] Half = Compute();

    private static double[] Compute()
    {
        const int last = ZeroCrossings * ValuesPerCrossing;
        var values = new double[last + 1];
        for (var i = 0; i <= last; i++)
        {
            var x = (double)i / ValuesPerCrossing;
            var position = (double)i / last;
            var taper = BesselI0(Beta * Math.Sqrt(1 - (position * position))) / BesselI0(Beta);
            values[i] = taper * Rolloff * Sinc(Rolloff * x);
        }

        return values;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <summary>The modified Bessel function of order zero, by its power series, whose terms are all positive.</summary>
    private static double BesselI0(double x)
    {
        var quarterSquare = x * x / 4;
        var sum = 1.0;
        var term = 1.0;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= quarterSquare / ((double)k * k);
            sum += term;
        }

        return sum;
    }
}
