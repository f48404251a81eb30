using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GenreCloud.Datasets.Png;

/// <summary>The five row filters of PNG (specification, clause 9) for one byte a pixel.</summary>
internal static class PngFilters
{
    public const byte None = 0;
    public const byte Sub = 1;
    public const byte Up = 2;
    public const byte Average = 3;
    public const byte Paeth = 4;

    /// <summary>Reverses the filters of a whole picture.</summary>
    /// <param name="filtered">Rows of one filter byte and <paramref name="width"/> bytes.</param>
    /// <param name="width">Bytes in a row, at least 1.</param>
    /// <param name="pixels">Gets the rows without filter bytes; must not overlap <paramref name="filtered"/>.</param>
    /// <returns>False if a row names a filter that does not exist.</returns>
    public static bool TryReverse(ReadOnlySpan<byte> filtered, int width, Span<byte> pixels)
    {
        var rows = filtered.Length / (width + 1);
        for (var row = 0; row < rows; row++)
        {
            var source = filtered.Slice((row * (width + 1)) + 1, width);
            var target = pixels.Slice(row * width, width);
            var filter = filtered[row * (width + 1)];
            if (row == 0)
            {
                // Above the first row all is zero, which leaves these filters less to do.
                filter = filter switch { Up => None, Paeth => Sub, _ => filter };
            }

            switch (filter)
            {
                case None:
                    source.CopyTo(target);
                    break;
                case Sub:
                    ReverseSub(source, target);
                    break;
                case Up:
                    ReverseUp(source, pixels.Slice((row - 1) * width, width), target);
                    break;
                case Average when row == 0:
                    ReverseAverageOfFirstRow(source, target);
                    break;
                case Average:
                    ReverseAverage(source, pixels.Slice((row - 1) * width, width), target);
                    break;
                case Paeth:
                    ReversePaeth(source, pixels.Slice((row - 1) * width, width), target);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>What the Paeth filter predicts: the neighbour nearest to left + above - aboveLeft, in this order on ties.</summary>
    /// <param name="left">0..255.</param>
    /// <param name="above">0..255.</param>
    /// <param name="aboveLeft">0..255.</param>
    /// <remarks>
    /// Without absolute values: with t = 3 aboveLeft - (left + above), the smaller neighbour wins if t is at or above the larger one,
    /// the larger if t is at or below the smaller, else aboveLeft. That is a short chain of conditional moves.
    /// </remarks>
    public static int PredictPaeth(int left, int above, int aboveLeft)
    {
        var threshold = (3 * aboveLeft) - (left + above);
        var smaller = Math.Min(left, above);
        var larger = Math.Max(left, above);
        var prediction = larger <= threshold ? smaller : aboveLeft;
        return threshold <= smaller ? larger : prediction;
    }

    /// <summary>Filters one row by the filter whose bytes, as signed numbers, have the smallest sum of magnitudes (specification, 12.7).</summary>
    /// <param name="source">The row.</param>
    /// <param name="above">The row above, or empty for the first one.</param>
    /// <param name="filtered">Gets the filter byte and the filtered row.</param>
    public static void Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, Span<byte> filtered)
    {
        var best = None;
        var bestCost = int.MaxValue;
        for (var filter = None; filter <= Paeth; filter++)
        {
            var cost = 0;
            for (var x = 0; x < source.Length; x++)
            {
                cost += Math.Abs((int)(sbyte)FilteredAt(filter, source, above, x));
            }

            if (cost < bestCost)
            {
                (best, bestCost) = (filter, cost);
            }
        }

        filtered[0] = best;
        for (var x = 0; x < source.Length; x++)
        {
            filtered[x + 1] = FilteredAt(best, source, above, x);
        }
    }

    private static byte FilteredAt(byte filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, int x)
    {
        var left = x > 0 ? source[x - 1] : 0;
        var up = above.IsEmpty ? 0 : above[x];
        var upLeft = x > 0 && !above.IsEmpty ? above[x - 1] : 0;
        var prediction = filter switch
        {
            None => 0,
            Sub => left,
            Up => up,
            Average => (left + up) >> 1,
            _ => PredictPaeth(left, up, upLeft),
        };
        return (byte)(source[x] - prediction);
    }

    private static void ReverseSub(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var left = 0;
        for (var x = 0; x < source.Length; x++)
        {
            left = (byte)(left + source[x]);
            target[x] = (byte)left;
        }
    }

    private static void ReverseUp(ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, Span<byte> target)
    {
        ref var sourceStart = ref MemoryMarshal.GetReference(source);
        ref var aboveStart = ref MemoryMarshal.GetReference(above);
        ref var targetStart = ref MemoryMarshal.GetReference(target);
        var x = 0;
        for (; x <= source.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            var sum = Vector128.LoadUnsafe(ref sourceStart, (nuint)x) + Vector128.LoadUnsafe(ref aboveStart, (nuint)x);
            sum.StoreUnsafe(ref targetStart, (nuint)x);
        }

        for (; x < source.Length; x++)
        {
            target[x] = (byte)(source[x] + above[x]);
        }
    }

    private static void ReverseAverageOfFirstRow(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var left = 0;
        for (var x = 0; x < source.Length; x++)
        {
            left = (byte)(source[x] + (left >> 1));
            target[x] = (byte)left;
        }
    }

    private static void ReverseAverage(ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, Span<byte> target)
    {
        var left = 0;
        for (var x = 0; x < source.Length; x++)
        {
            left = (byte)(source[x] + ((left + above[x]) >> 1));
            target[x] = (byte)left;
        }
    }

    private static void ReversePaeth(ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, Span<byte> target)
    {
        above = above[..source.Length];
        target = target[..source.Length];
        var left = 0;
        var aboveLeft = 0;
        for (var x = 0; x < source.Length; x++)
        {
            int up = above[x];
            left = (byte)(source[x] + PredictPaeth(left, up, aboveLeft));
            target[x] = (byte)left;
            aboveLeft = up;
        }
    }
}
