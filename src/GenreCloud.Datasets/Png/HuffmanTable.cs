namespace GenreCloud.Datasets.Png;

/// <summary>
/// Builds lookup tables for DEFLATE's canonical Huffman codes (RFC 1951, section 3.2.2), indexed by the next bits of the stream.
/// </summary>
/// <remarks>
/// An entry says all there is to know about a symbol. Bits 0-5: bits to consume, extra bits included; bits 6-7: literals to write (1 or 2);
/// bits 8-11: length of the code word, after which the extra bits follow; bits 12-15: flags; bits 16-31: the literal(s), the base of a length or
/// distance, or where a subtable starts. Code words longer than the table's index continue in a subtable.
/// </remarks>
internal static class HuffmanTable
{
    public const uint ConsumeMask = 0x3F;
    public const int LiteralCountShift = 6;
    public const int CodeLengthShift = 8;
    public const uint Literal = 1 << 12;

    /// <summary>Neither a literal nor a base: a subtable, the end of the block, or a code that nobody assigned.</summary>
    public const uint Exceptional = 1 << 13;
    public const uint Subtable = 1 << 14;
    public const uint EndOfBlock = 1 << 15;
    public const int BaseShift = 16;

    public const int MaxCodeLength = 15;

    public const int LiteralBits = 11;
    public const int DistanceBits = 9;
    public const int CodeLengthBits = 7;

    /// <summary>Main table and subtables at their most: a subtable is shared by two symbols or more, and has at most 2^(15 - index bits) entries.</summary>
    public const int LiteralSize = (1 << LiteralBits) + (288 / 2 * (1 << (MaxCodeLength - LiteralBits)));
    public const int DistanceSize = (1 << DistanceBits) + (32 / 2 * (1 << (MaxCodeLength - DistanceBits)));
    public const int CodeLengthSize = 1 << CodeLengthBits;

    private static readonly uint[] LiteralSymbols = MakeLiteralSymbols();
    private static readonly uint[] DistanceSymbols = MakeDistanceSymbols();
    private static readonly uint[] CodeLengthSymbols = [.. Enumerable.Range(0, 19).Select(symbol => (uint)symbol << BaseShift)];

    /// <summary>Literals, lengths and the end of the block; two short literals in a row share an entry.</summary>
    /// <returns>False if the lengths are not a code.</returns>
    public static bool TryBuildLiterals(ReadOnlySpan<byte> lengths, Span<uint> table)
    {
        if (!TryBuild(lengths, LiteralSymbols, LiteralBits, table))
        {
            return false;
        }

        PairLiterals(table[..(1 << LiteralBits)]);
        return true;
    }

    /// <inheritdoc cref="TryBuildLiterals"/>
    public static bool TryBuildDistances(ReadOnlySpan<byte> lengths, Span<uint> table) => TryBuild(lengths, DistanceSymbols, DistanceBits, table);

    /// <inheritdoc cref="TryBuildLiterals"/>
    public static bool TryBuildCodeLengths(ReadOnlySpan<byte> lengths, Span<uint> table) => TryBuild(lengths, CodeLengthSymbols, CodeLengthBits, table);

    private static bool TryBuild(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, int indexBits, Span<uint> table)
    {
        Span<int> counts = stackalloc int[MaxCodeLength + 1];
        counts.Clear();
        foreach (var length in lengths)
        {
            counts[length]++;
        }

        counts[0] = 0;
        Span<int> nextCode = stackalloc int[MaxCodeLength + 1];
        var code = 0;
        var longest = 0;
        for (var length = 1; length <= MaxCodeLength; length++)
        {
            code = (code + counts[length - 1]) << 1;
            nextCode[length] = code;
            if (code + counts[length] > 1 << length)
            {
                return false;
            }

            longest = counts[length] > 0 ? length : longest;
        }

        // Only a code of one symbol (or none) may leave bit patterns unused; zlib draws the same line.
        var isComplete = longest > 0 && nextCode[longest] + counts[longest] == 1 << longest;
        if (!isComplete && longest > 1)
        {
            return false;
        }

        var size = 1 << indexBits;
        if (!isComplete)
        {
            table[..size].Fill(Exceptional);
        }

        var subtableBits = Math.Max(longest - indexBits, 0);
        var subtablePrefix = -1;
        var subtableStart = size - (1 << subtableBits);
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0 || length > indexBits)
            {
                continue;
            }

            var entry = symbols[symbol] + (uint)(length | (length << CodeLengthShift));
            for (var index = Reverse(nextCode[length]++, length); index < size; index += 1 << length)
            {
                table[index] = entry;
            }
        }

        // Code words of one prefix follow each other in canonical order, so a new prefix is a new subtable.
        for (var length = indexBits + 1; length <= longest; length++)
        {
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                {
                    continue;
                }

                var reversed = Reverse(nextCode[length]++, length);
                var prefix = reversed & (size - 1);
                if (prefix != subtablePrefix)
                {
                    subtablePrefix = prefix;
                    subtableStart += 1 << subtableBits;
                    table[prefix] = Exceptional | Subtable | ((uint)subtableBits << CodeLengthShift) | ((uint)subtableStart << BaseShift);
                }

                var entry = symbols[symbol] + (uint)(length | (length << CodeLengthShift));
                for (var index = reversed >> indexBits; index < 1 << subtableBits; index += 1 << (length - indexBits))
                {
                    table[subtableStart + index] = entry;
                }
            }
        }

        return true;
    }

    /// <summary>Where a literal leaves enough known bits for a whole second one, one lookup yields both.</summary>
    private static void PairLiterals(Span<uint> table)
    {
        // Downwards, because the entry of the second literal lies below and must still be single.
        for (var index = table.Length - 1; index >= 0; index--)
        {
            var first = table[index];
            if ((first & Literal) == 0)
            {
                continue;
            }

            var firstLength = (int)(first & ConsumeMask);
            var second = table[index >> firstLength];
            var length = firstLength + (int)(second & ConsumeMask);
            if ((second & Literal) != 0 && length <= LiteralBits)
            {
                table[index] = Literal | (uint)length | (2 << LiteralCountShift)
                    | (first & 0x00FF0000) | ((second & 0x00FF0000) << 8);
            }
        }
    }

    private static int Reverse(int code, int length)
    {
        var value = (uint)code;
        value = ((value & 0x5555) << 1) | ((value >> 1) & 0x5555);
        value = ((value & 0x3333) << 2) | ((value >> 2) & 0x3333);
        value = ((value & 0x0F0F) << 4) | ((value >> 4) & 0x0F0F);
        value = ((value & 0x00FF) << 8) | (value >> 8);
        return (int)(value >> (16 - length));
    }

    private static uint[] MakeLiteralSymbols()
    {
        ReadOnlySpan<int> bases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
        ReadOnlySpan<int> extraBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
        var symbols = new uint[288];
        for (var literal = 0; literal < 256; literal++)
        {
            symbols[literal] = Literal | (1 << LiteralCountShift) | ((uint)literal << BaseShift);
        }

        symbols[256] = Exceptional | EndOfBlock;
        for (var i = 0; i < bases.Length; i++)
        {
            symbols[257 + i] = (uint)extraBits[i] | ((uint)bases[i] << BaseShift);
        }

        // 286 and 287 have code words in the fixed code but no meaning.
        symbols[286] = symbols[287] = Exceptional;
        return symbols;
    }

    private static uint[] MakeDistanceSymbols()
    {
        var symbols = new uint[32];
        var distance = 1;
        for (var symbol = 0; symbol < 30; symbol++)
        {
            var extraBits = Math.Max((symbol / 2) - 1, 0);
            symbols[symbol] = (uint)extraBits | ((uint)distance << BaseShift);
            distance += 1 << extraBits;
        }

        symbols[30] = symbols[31] = Exceptional;
        return symbols;
    }
}
