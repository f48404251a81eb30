using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GenreCloud.Datasets.Png;

/// <summary>The checksum of a zlib stream (RFC 1950, section 8.2).</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    /// <summary>Blocks summed before lanes are folded: 256 x 255 still fits the 16-bit column sums.</summary>
    private const int BlocksPerChunk = 256;

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        uint a = 1;
        uint b = 0;
        while (data.Length >= Vector128<byte>.Count)
        {
            var blocks = Math.Min(data.Length / Vector128<byte>.Count, BlocksPerChunk);
            AddBlocks(data, blocks, ref a, ref b);
            data = data[(blocks * Vector128<byte>.Count)..];
        }

        foreach (var value in data)
        {
            a += value;
            b += a;
        }

        return ((b % Modulus) << 16) | (a % Modulus);
    }

    /// <summary>Adds whole blocks of 16 bytes.</summary>
    /// <remarks>
    /// With K blocks of 16 bytes x[k,j], B gains 16 K A + 16 sum over k of (K - k) sum over j of x[k,j] - sum over j of j C[j], where C[j] are the
    /// column sums; the middle term is the sum of the running column sums after each block.
    /// </remarks>
    private static void AddBlocks(ReadOnlySpan<byte> data, int blocks, ref uint a, ref uint b)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        var columnsLow = Vector128<ushort>.Zero;
        var columnsHigh = Vector128<ushort>.Zero;
        var running = Vector128<uint>.Zero;
        for (var k = 0; k < blocks; k++)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref start, (nuint)(k * Vector128<byte>.Count)));
            columnsLow += low;
            columnsHigh += high;
            var (low0, low1) = Vector128.Widen(columnsLow);
            var (high0, high1) = Vector128.Widen(columnsHigh);
            running += low0 + low1 + (high0 + high1);
        }

        ulong sum = 0;
        ulong weighted = 0;
        for (var j = 0; j < Vector128<ushort>.Count; j++)
        {
            sum += (uint)(columnsLow[j] + columnsHigh[j]);
            weighted += ((uint)j * columnsLow[j]) + ((uint)(j + Vector128<ushort>.Count) * columnsHigh[j]);
        }

        ulong prefixes = 0;
        for (var j = 0; j < Vector128<uint>.Count; j++)
        {
            prefixes += running[j];
        }

        var length = (ulong)(blocks * Vector128<byte>.Count);
        b = (uint)((b + (length * a) + (16 * prefixes) - weighted) % Modulus);
        a = (uint)((a + sum) % Modulus);
    }
}
