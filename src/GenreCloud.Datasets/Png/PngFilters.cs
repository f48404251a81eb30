using System.Runtime.CompilerServices;
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

    /// <summary>Rows that are reversed together.</summary>
    private const int Lanes = 8;

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
            if (filtered[row * (width + 1)] > Paeth)
            {
                return false;
            }
        }

        for (var row = 0; row < rows; row += Lanes)
        {
            var count = Math.Min(rows - row, Lanes);
            ReverseRows(
                filtered.Slice(row * (width + 1), count * (width + 1)),
                row == 0 ? default : pixels.Slice((row - 1) * width, width),
                width,
                pixels.Slice(row * width, count * width));
        }

        return true;
    }

    /// <summary>What the Paeth filter predicts: the neighbour nearest to left + above - aboveLeft, in this order on ties.</summary>
    /// <param name="left">0..255.</param>
    /// <param name="above">0..255.</param>
    /// <param name="aboveLeft">0..255.</param>
    /// <remarks>
    /// Without absolute values: with t = 3 aboveLeft - (left + above), the smaller neighbour wins if t is at or above the larger one,
    /// the larger if t is at or below the smaller, else aboveLeft. That takes few operations a lane, and no branch.
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

    /// <summary>Reverses up to eight rows at once, each in a lane of its own and one pixel behind the row above it.</summary>
    /// <param name="filtered">The rows with their filter bytes.</param>
    /// <param name="above">The finished row above them, or empty at the top, where all is zero.</param>
    /// <param name="width">Bytes in a row.</param>
    /// <param name="pixels">Gets the rows.</param>
    /// <remarks>
    /// Within a row every pixel waits for its left neighbour, and Paeth's comparisons are not predictable: pixel by pixel, filters cost three times
    /// as much as inflating. Staggered by one pixel, the row above is always one step ahead: at step s lane i makes pixel s - i; its left neighbour is
    /// its own last result, the pixel above is the last result of the lane before, and the pixel above left is what was above in the last step.
    /// Lanes that have not started see zeros only and stay zero, which is what the filters want left of a row.
    /// </remarks>
    private static void ReverseRows(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, int width, Span<byte> pixels)
    {
        var rows = pixels.Length / width;
        var isSub = FilterMask(filtered, width, rows, Sub);
        var isUp = FilterMask(filtered, width, rows, Up);
        var isAverage = FilterMask(filtered, width, rows, Average);
        var isPaeth = FilterMask(filtered, width, rows, Paeth);
        var laneBefore = Vector128.Create((short)0, 0, 1, 2, 3, 4, 5, 6);
        var lowByte = Vector128.Create((short)0xFF);
        var left = Vector128<short>.Zero;
        var upLeft = Vector128<short>.Zero;
        ref var source = ref MemoryMarshal.GetReference(filtered);
        ref var target = ref MemoryMarshal.GetReference(pixels);
        for (var step = 0; step < width + rows - 1; step++)
        {
            var isWhole = rows == Lanes && step >= Lanes - 1 && step < width;
            var packed = isWhole
                ? Gather(ref Unsafe.Add(ref source, step + 1), width)
                : GatherEdge(filtered, width, rows, step);
            var value = Vector128.WidenLower(Vector128.CreateScalar(packed).AsByte()).AsInt16();
            var up = Vector128.Shuffle(left, laneBefore).WithElement(0, step < above.Length ? above[step] : (short)0);

            // PredictPaeth, lane by lane.
            var threshold = upLeft + upLeft + upLeft - up - left;
            var smaller = Vector128.Min(left, up);
            var larger = Vector128.Max(left, up);
            var prediction = Vector128.ConditionalSelect(Vector128.GreaterThan(larger, threshold), upLeft, smaller);
            prediction = Vector128.ConditionalSelect(Vector128.GreaterThan(threshold, smaller), prediction, larger);
            prediction = (prediction & isPaeth) | (left & isSub) | (up & isUp) | (Vector128.ShiftRightLogical(left + up, 1) & isAverage);

            left = (value + prediction) & lowByte;
            upLeft = up;
            packed = Vector128.Narrow(left.AsUInt16(), Vector128<ushort>.Zero).AsUInt64().ToScalar();
            if (isWhole)
            {
                Scatter(packed, ref Unsafe.Add(ref target, step), width);
            }
            else
            {
                ScatterEdge(packed, pixels, width, rows, step);
            }
        }
    }

    /// <summary>All ones in the lanes whose row has this filter.</summary>
    private static Vector128<short> FilterMask(ReadOnlySpan<byte> filtered, int width, int rows, byte filter)
    {
        var mask = Vector128<short>.Zero;
        for (var row = 0; row < rows; row++)
        {
            if (filtered[row * (width + 1)] == filter)
            {
                mask = mask.WithElement(row, (short)-1);
            }
        }

        return mask;
    }

    /// <summary>One byte of each of eight rows: from a row to the next it is width + 1 bytes on and one pixel back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Gather(ref byte source, int width)
        => source
            | ((ulong)Unsafe.Add(ref source, width) << 8)
            | ((ulong)Unsafe.Add(ref source, 2 * width) << 16)
            | ((ulong)Unsafe.Add(ref source, 3 * width) << 24)
            | ((ulong)Unsafe.Add(ref source, 4 * width) << 32)
            | ((ulong)Unsafe.Add(ref source, 5 * width) << 40)
            | ((ulong)Unsafe.Add(ref source, 6 * width) << 48)
            | ((ulong)Unsafe.Add(ref source, 7 * width) << 56);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(ulong packed, ref byte target, int width)
    {
        target = (byte)packed;
        Unsafe.Add(ref target, width - 1) = (byte)(packed >> 8);
        Unsafe.Add(ref target, 2 * (width - 1)) = (byte)(packed >> 16);
        Unsafe.Add(ref target, 3 * (width - 1)) = (byte)(packed >> 24);
        Unsafe.Add(ref target, 4 * (width - 1)) = (byte)(packed >> 32);
        Unsafe.Add(ref target, 5 * (width - 1)) = (byte)(packed >> 40);
        Unsafe.Add(ref target, 6 * (width - 1)) = (byte)(packed >> 48);
        Unsafe.Add(ref target, 7 * (width - 1)) = (byte)(packed >> 56);
    }

    /// <summary>The same where some rows have not begun, are finished, or do not exist.</summary>
    private static ulong GatherEdge(ReadOnlySpan<byte> filtered, int width, int rows, int step)
    {
        ulong packed = 0;
        for (var row = Math.Max(step - width + 1, 0); row <= Math.Min(step, rows - 1); row++)
        {
            packed |= (ulong)filtered[(row * (width + 1)) + 1 + step - row] << (8 * row);
        }

        return packed;
    }

    /// <inheritdoc cref="GatherEdge"/>
    private static void ScatterEdge(ulong packed, Span<byte> pixels, int width, int rows, int step)
    {
        for (var row = Math.Max(step - width + 1, 0); row <= Math.Min(step, rows - 1); row++)
        {
            pixels[(row * width) + step - row] = (byte)(packed >> (8 * row));
        }
    }
}
