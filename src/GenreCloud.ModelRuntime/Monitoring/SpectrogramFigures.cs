using System.Numerics;
using GenreCloud.Datasets;

namespace GenreCloud.ModelRuntime.Monitoring;

/// <summary>What can be said of a spectrogram in a few numbers. The picture is scaled to the clip's own range, so that all are relative to its loudest and quietest cell.</summary>
/// <param name="Level">The mean loudness of its cells, 0 = quietest to 1 = loudest.</param>
/// <param name="Spread">The standard deviation of the same: small for music that is even, large where loud and quiet alternate.</param>
/// <param name="Silence">The part of the cells in the quietest tenth of the range, 0 to 1.</param>
/// <param name="Centroid">Where loudness has its centre: a mel band, 0 = lowest to 127.</param>
public readonly record struct SpectrogramFigures(double Level, double Spread, double Silence, double Centroid)
{
    /// <summary>From this grey on a cell is in the quietest tenth.</summary>
    private const byte Quiet = 230;

    /// <summary>One pass, in microseconds: it runs beside every prediction.</summary>
    /// <param name="pixels">uint8 [128,1292], the highest band in row 0, 0 = loudest, 255 = quietest.</param>
    public static SpectrogramFigures Of(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != SpectrogramFormat.Pixels)
        {
            throw new ArgumentException($"A spectrogram has {SpectrogramFormat.Pixels} pixels, not {pixels.Length}.", nameof(pixels));
        }

        long sum = 0;
        long squares = 0;
        long quiet = 0;
        long weighted = 0;
        for (var row = 0; row < SpectrogramFormat.MelBands; row++)
        {
            var (rowSum, rowSquares, rowQuiet) = SumsOf(pixels.Slice(row * SpectrogramFormat.Frames, SpectrogramFormat.Frames));
            sum += rowSum;
            squares += rowSquares;
            quiet += rowQuiet;
            weighted += (SpectrogramFormat.MelBands - 1 - row) * ((255L * SpectrogramFormat.Frames) - rowSum);
        }

        const double count = SpectrogramFormat.Pixels;
        var mean = sum / count;
        var loudness = (255 * count) - sum;
        return new SpectrogramFigures(
            1 - (mean / 255),
            Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))) / 255,
            quiet / count,
            loudness > 0 ? weighted / loudness : 0);
    }

    private static (long Sum, long Squares, long Quiet) SumsOf(ReadOnlySpan<byte> row)
    {
        // A lane gets at most 1292 / 16 bytes: their squares fit into 32 bits, their count into 8.
        var sums = Vector<uint>.Zero;
        var squares = Vector<uint>.Zero;
        var quiet = Vector<byte>.Zero;
        var column = 0;
        for (; column + Vector<byte>.Count <= row.Length; column += Vector<byte>.Count)
        {
            var cells = new Vector<byte>(row[column..]);
            quiet -= Vector.GreaterThanOrEqual(cells, new Vector<byte>(Quiet));
            Vector.Widen(cells, out var low, out var high);
            Vector.Widen(low + high, out var lowSum, out var highSum);
            sums += lowSum + highSum;
            AddTo(ref squares, low * low);
            AddTo(ref squares, high * high);
        }

        long quietCount = 0;
        for (var lane = 0; lane < Vector<byte>.Count; lane++)
        {
            quietCount += quiet[lane];
        }

        long sum = Vector.Sum(sums);
        long squareSum = Vector.Sum(squares);
        for (; column < row.Length; column++)
        {
            var cell = row[column];
            sum += cell;
            squareSum += cell * cell;
            quietCount += cell >= Quiet ? 1 : 0;
        }

        return (sum, squareSum, quietCount);
    }

    private static void AddTo(ref Vector<uint> sums, Vector<ushort> values)
    {
        Vector.Widen(values, out var low, out var high);
        sums += low + high;
    }
}
