using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GenreCloud.Datasets.Png;

/// <summary>Inflates a whole deflate stream (RFC 1951), in a zlib stream (RFC 1950) or by itself, from span to span, allocating nothing.</summary>
/// <remarks>
/// Symbols come from tables through a 64-bit buffer of upcoming bits. Far from both ends a loop without bounds checks runs, which may read
/// <see cref="SourceMargin"/> bytes and write <see cref="DestinationMargin"/> bytes an iteration; near an end a checked loop does one symbol at a time.
/// Bits of the buffer above <see cref="_bitCount"/> are either zero or the very bits that the next refill brings.
/// </remarks>
internal ref struct Inflater
{
    private const int SourceMargin = 32;
    private const int DestinationMargin = 288;
    private const uint LiteralMask = (1 << HuffmanTable.LiteralBits) - 1;
    private const uint DistanceMask = (1 << HuffmanTable.DistanceBits) - 1;

    private static readonly byte[] FixedLiteralLengths =
        [.. Enumerable.Range(0, 288).Select(symbol => (byte)(symbol switch { < 144 => 8, < 256 => 9, < 280 => 7, _ => 8 }))];

    private static readonly byte[] FixedDistanceLengths = [.. Enumerable.Repeat((byte)5, 32)];

    private readonly ReadOnlySpan<byte> _source;
    private readonly Span<byte> _destination;
    private int _read;
    private int _written;
    private ulong _bits;
    private int _bitCount;

    private Inflater(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        _source = source;
        _destination = destination;
    }

    /// <summary>Inflates one zlib stream.</summary>
    /// <param name="source">The stream, from its two header bytes to its Adler-32.</param>
    /// <param name="destination">Gets the data. What lies after <paramref name="written"/> may be overwritten with anything.</param>
    /// <param name="read">Bytes of <paramref name="source"/> that the stream takes, where the answer is <see cref="InflateStatus.Done"/>.</param>
    /// <param name="written">Bytes inflated.</param>
    public static InflateStatus Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int read, out int written)
    {
        var inflater = new Inflater(source, destination);
        var status = inflater.Run();
        read = inflater._read;
        written = inflater._written;
        return status;
    }

    /// <summary>Inflates one stream without header and checksum, as it lies in zips. Never answers <see cref="InflateStatus.BadChecksum"/>.</summary>
    /// <param name="source">The stream, from its first block to its last.</param>
    /// <inheritdoc cref="Inflate"/>
    public static InflateStatus InflateRaw(ReadOnlySpan<byte> source, Span<byte> destination, out int read, out int written)
    {
        var inflater = new Inflater(source, destination);
        var status = inflater.InflateBlocks();
        read = inflater._read;
        written = inflater._written;
        return status;
    }

    private InflateStatus Run()
    {
        if (_source.Length < 2)
        {
            return InflateStatus.Truncated;
        }

        const int Deflate = 8;
        const int PresetDictionary = 0x20;
        var header = BinaryPrimitives.ReadUInt16BigEndian(_source);
        if (header % 31 != 0 || ((header >> 8) & 0xF) != Deflate || header >> 12 > 7 || (header & PresetDictionary) != 0)
        {
            return InflateStatus.Corrupt;
        }

        _read = 2;
        var status = InflateBlocks();
        if (status != InflateStatus.Done)
        {
            return status;
        }

        if (_source.Length - _read < sizeof(uint))
        {
            return InflateStatus.Truncated;
        }

        var checksum = BinaryPrimitives.ReadUInt32BigEndian(_source[_read..]);
        _read += sizeof(uint);
        return Adler32.Compute(_destination[.._written]) == checksum ? InflateStatus.Done : InflateStatus.BadChecksum;
    }

    private InflateStatus InflateBlocks()
    {
        const int Stored = 0;
        const int Fixed = 1;
        const int Dynamic = 2;
        Span<uint> literals = stackalloc uint[HuffmanTable.LiteralSize];
        Span<uint> distances = stackalloc uint[HuffmanTable.DistanceSize];
        var tablesAreFixed = false;
        bool isLast;
        do
        {
            Refill();
            if (!TryTake(3, out var blockHeader))
            {
                return InflateStatus.Truncated;
            }

            isLast = (blockHeader & 1) != 0;
            var status = InflateStatus.Done;
            switch (blockHeader >> 1)
            {
                case Stored:
                    status = CopyStored();
                    break;
                case Fixed:
                    // A stream of tiny fixed blocks must not cost a table each.
                    if (!tablesAreFixed)
                    {
                        tablesAreFixed = HuffmanTable.TryBuildLiterals(FixedLiteralLengths, literals)
                            && HuffmanTable.TryBuildDistances(FixedDistanceLengths, distances);
                    }

                    status = DecodeSymbols(literals, distances);
                    break;
                case Dynamic:
                    tablesAreFixed = false;
                    status = ReadTables(literals, distances);
                    if (status == InflateStatus.Done)
                    {
                        status = DecodeSymbols(literals, distances);
                    }

                    break;
                default:
                    return InflateStatus.Corrupt;
            }

            if (status != InflateStatus.Done)
            {
                return status;
            }
        }
        while (!isLast);

        ReturnWholeBytes();
        return InflateStatus.Done;
    }

    private InflateStatus CopyStored()
    {
        ReturnWholeBytes();
        var left = _source[_read..];
        if (left.Length < 4)
        {
            return InflateStatus.Truncated;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(left);
        if (length != (ushort)~BinaryPrimitives.ReadUInt16LittleEndian(left[2..]))
        {
            return InflateStatus.Corrupt;
        }

        left = left[4..];
        if (left.Length < length)
        {
            return InflateStatus.Truncated;
        }

        if (_destination.Length - _written < length)
        {
            return InflateStatus.TooLong;
        }

        left[..length].CopyTo(_destination[_written..]);
        _read += 4 + length;
        _written += length;
        return InflateStatus.Done;
    }

    private InflateStatus ReadTables(scoped Span<uint> literals, scoped Span<uint> distances)
    {
        const int MaxLiterals = 286;
        const int MaxDistances = 30;
        const int EndOfBlock = 256;
        ReadOnlySpan<byte> order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

        Refill();
        if (!TryTake(14, out var sizes))
        {
            return InflateStatus.Truncated;
        }

        var literalCount = (int)(sizes & 31) + 257;
        var distanceCount = (int)((sizes >> 5) & 31) + 1;
        var codeLengthCount = (int)(sizes >> 10) + 4;
        if (literalCount > MaxLiterals || distanceCount > MaxDistances)
        {
            return InflateStatus.Corrupt;
        }

        Span<byte> codeLengthLengths = stackalloc byte[19];
        codeLengthLengths.Clear();
        foreach (var symbol in order[..codeLengthCount])
        {
            Refill();
            if (!TryTake(3, out var length))
            {
                return InflateStatus.Truncated;
            }

            codeLengthLengths[symbol] = (byte)length;
        }

        Span<uint> codeLengths = stackalloc uint[HuffmanTable.CodeLengthSize];
        if (!HuffmanTable.TryBuildCodeLengths(codeLengthLengths, codeLengths))
        {
            return InflateStatus.Corrupt;
        }

        Span<byte> lengths = stackalloc byte[MaxLiterals + MaxDistances];
        lengths = lengths[..(literalCount + distanceCount)];
        var filled = 0;
        while (filled < lengths.Length)
        {
            Refill();
            var entry = codeLengths[(int)(_bits & (HuffmanTable.CodeLengthSize - 1))];
            if ((entry & HuffmanTable.Exceptional) != 0)
            {
                return InflateStatus.Corrupt;
            }

            if (!TryTake((int)(entry & HuffmanTable.ConsumeMask), out _))
            {
                return InflateStatus.Truncated;
            }

            var symbol = (int)(entry >> HuffmanTable.BaseShift);
            if (symbol < 16)
            {
                lengths[filled++] = (byte)symbol;
                continue;
            }

            var (extraBits, shortest) = symbol switch { 16 => (2, 3), 17 => (3, 3), _ => (7, 11) };
            if (!TryTake(extraBits, out var extra))
            {
                return InflateStatus.Truncated;
            }

            var run = shortest + (int)extra;
            if (run > lengths.Length - filled || (symbol == 16 && filled == 0))
            {
                return InflateStatus.Corrupt;
            }

            lengths.Slice(filled, run).Fill(symbol == 16 ? lengths[filled - 1] : (byte)0);
            filled += run;
        }

        return lengths[EndOfBlock] != 0
            && HuffmanTable.TryBuildLiterals(lengths[..literalCount], literals)
            && HuffmanTable.TryBuildDistances(lengths[literalCount..], distances)
            ? InflateStatus.Done
            : InflateStatus.Corrupt;
    }

    private InflateStatus DecodeSymbols(scoped ReadOnlySpan<uint> literals, scoped ReadOnlySpan<uint> distances)
    {
        while (true)
        {
            if (_source.Length - _read >= SourceMargin && _destination.Length - _written >= DestinationMargin)
            {
                var status = DecodeFast(literals, distances, out var isEndOfBlock);
                if (status != InflateStatus.Done || isEndOfBlock)
                {
                    return status;
                }
            }

            Refill();
            var entry = literals[(int)(_bits & LiteralMask)];
            if ((entry & HuffmanTable.Subtable) != 0)
            {
                entry = literals[SubtableIndex(entry, _bits >> HuffmanTable.LiteralBits)];
            }

            var codeWord = _bits;
            if (!TryTake((int)(entry & HuffmanTable.ConsumeMask), out _))
            {
                return InflateStatus.Truncated;
            }

            if ((entry & HuffmanTable.Literal) != 0)
            {
                var count = (int)((entry >> HuffmanTable.LiteralCountShift) & 3);
                if (_destination.Length - _written < count)
                {
                    return InflateStatus.TooLong;
                }

                _destination[_written] = (byte)(entry >> HuffmanTable.BaseShift);
                if (count == 2)
                {
                    _destination[_written + 1] = (byte)(entry >> (HuffmanTable.BaseShift + 8));
                }

                _written += count;
                continue;
            }

            if ((entry & HuffmanTable.Exceptional) != 0)
            {
                return (entry & HuffmanTable.EndOfBlock) != 0 ? InflateStatus.Done : InflateStatus.Corrupt;
            }

            var length = Value(entry, codeWord);
            Refill();
            entry = distances[(int)(_bits & DistanceMask)];
            if ((entry & HuffmanTable.Subtable) != 0)
            {
                entry = distances[SubtableIndex(entry, _bits >> HuffmanTable.DistanceBits)];
            }

            codeWord = _bits;
            if ((entry & HuffmanTable.Exceptional) != 0)
            {
                return InflateStatus.Corrupt;
            }

            if (!TryTake((int)(entry & HuffmanTable.ConsumeMask), out _))
            {
                return InflateStatus.Truncated;
            }

            var distance = Value(entry, codeWord);
            if (distance > _written)
            {
                return InflateStatus.Corrupt;
            }

            if (_destination.Length - _written < length)
            {
                return InflateStatus.TooLong;
            }

            // Byte by byte: a distance below the length repeats what this very loop has written.
            for (var end = _written + length; _written < end; _written++)
            {
                _destination[_written] = _destination[_written - distance];
            }
        }
    }

    private InflateStatus DecodeFast(scoped ReadOnlySpan<uint> literalTable, scoped ReadOnlySpan<uint> distanceTable, out bool isEndOfBlock)
    {
        ref var source = ref MemoryMarshal.GetReference(_source);
        ref var destination = ref MemoryMarshal.GetReference(_destination);
        ref var literals = ref MemoryMarshal.GetReference(literalTable);
        ref var distances = ref MemoryMarshal.GetReference(distanceTable);
        var lastRead = _source.Length - SourceMargin;
        var lastWritten = _destination.Length - DestinationMargin;
        var read = _read;
        var written = _written;
        var bits = _bits;
        var bitCount = _bitCount;
        var status = InflateStatus.Done;
        isEndOfBlock = false;

        while (read <= lastRead && written <= lastWritten)
        {
            Refill(ref source, ref read, ref bits, ref bitCount);
            var entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));

            // 56 bits hold four entries of 11 bits and the index of a fifth.
            if ((entry & HuffmanTable.Literal) != 0)
            {
                PutLiterals(entry, ref destination, ref written, ref bits, ref bitCount);
                entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
                if ((entry & HuffmanTable.Literal) != 0)
                {
                    PutLiterals(entry, ref destination, ref written, ref bits, ref bitCount);
                    entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
                    if ((entry & HuffmanTable.Literal) != 0)
                    {
                        PutLiterals(entry, ref destination, ref written, ref bits, ref bitCount);
                        entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
                        if ((entry & HuffmanTable.Literal) != 0)
                        {
                            PutLiterals(entry, ref destination, ref written, ref bits, ref bitCount);
                            continue;
                        }
                    }
                }

                Refill(ref source, ref read, ref bits, ref bitCount);
            }

            if ((entry & HuffmanTable.Exceptional) != 0)
            {
                if ((entry & HuffmanTable.Subtable) != 0)
                {
                    entry = Unsafe.Add(ref literals, SubtableIndex(entry, bits >> HuffmanTable.LiteralBits));
                    if ((entry & HuffmanTable.Literal) != 0)
                    {
                        PutLiterals(entry, ref destination, ref written, ref bits, ref bitCount);
                        continue;
                    }
                }

                if ((entry & HuffmanTable.Exceptional) != 0)
                {
                    bits >>= (int)(entry & HuffmanTable.ConsumeMask);
                    bitCount -= (int)(entry & HuffmanTable.ConsumeMask);
                    isEndOfBlock = (entry & HuffmanTable.EndOfBlock) != 0;
                    status = isEndOfBlock ? InflateStatus.Done : InflateStatus.Corrupt;
                    break;
                }
            }

            // A length takes 20 bits at most and a distance 28: one refill serves both.
            var length = Value(entry, bits);
            bits >>= (int)(entry & HuffmanTable.ConsumeMask);
            bitCount -= (int)(entry & HuffmanTable.ConsumeMask);
            entry = Unsafe.Add(ref distances, (nint)(bits & DistanceMask));
            if ((entry & HuffmanTable.Exceptional) != 0)
            {
                if ((entry & HuffmanTable.Subtable) != 0)
                {
                    entry = Unsafe.Add(ref distances, SubtableIndex(entry, bits >> HuffmanTable.DistanceBits));
                }

                if ((entry & HuffmanTable.Exceptional) != 0)
                {
                    status = InflateStatus.Corrupt;
                    break;
                }
            }

            var distance = Value(entry, bits);
            bits >>= (int)(entry & HuffmanTable.ConsumeMask);
            bitCount -= (int)(entry & HuffmanTable.ConsumeMask);
            if (distance > written)
            {
                status = InflateStatus.Corrupt;
                break;
            }

            CopyMatch(ref Unsafe.Add(ref destination, written), distance, length);
            written += length;
        }

        _read = read;
        _written = written;
        _bits = bits;
        _bitCount = bitCount;
        return status;
    }

    /// <summary>Writes up to 7 bytes more than <paramref name="length"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(ref byte target, int distance, int length)
    {
        ref var origin = ref Unsafe.Subtract(ref target, distance);
        if (distance >= sizeof(ulong))
        {
            for (var i = 0; i < length; i += sizeof(ulong))
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, i), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, i)));
            }
        }
        else if (distance == 1)
        {
            Unsafe.InitBlockUnaligned(ref target, origin, (uint)length);
        }
        else
        {
            for (var i = 0; i < length; i++)
            {
                Unsafe.Add(ref target, i) = Unsafe.Add(ref origin, i);
            }
        }
    }

    /// <summary>Writes two bytes; only the count of literals in the entry counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutLiterals(uint entry, ref byte destination, ref int written, ref ulong bits, ref int bitCount)
    {
        var pair = (ushort)(entry >> HuffmanTable.BaseShift);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, written), BitConverter.IsLittleEndian ? pair : BinaryPrimitives.ReverseEndianness(pair));
        written += (int)((entry >> HuffmanTable.LiteralCountShift) & 3);
        bits >>= (int)(entry & HuffmanTable.ConsumeMask);
        bitCount -= (int)(entry & HuffmanTable.ConsumeMask);
    }

    /// <summary>Brings the buffer to 56 bits or more, reading 8 bytes and advancing by those that fitted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref byte source, ref int read, ref ulong bits, ref int bitCount)
    {
        var next = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, read));
        bits |= (BitConverter.IsLittleEndian ? next : BinaryPrimitives.ReverseEndianness(next)) << bitCount;
        read += (63 - bitCount) >> 3;
        bitCount |= 56;
    }

    private void Refill()
    {
        while (_bitCount < 56 && _read < _source.Length)
        {
            _bits |= (ulong)_source[_read++] << _bitCount;
            _bitCount += 8;
        }
    }

    /// <summary>Takes bits that a refill should have brought. False if the stream has no more of them.</summary>
    private bool TryTake(int count, out uint value)
    {
        value = (uint)(_bits & ((1UL << count) - 1));
        if (count > _bitCount)
        {
            return false;
        }

        _bits >>= count;
        _bitCount -= count;
        return true;
    }

    /// <summary>Gives bytes read ahead back and forgets the rest of the current one.</summary>
    private void ReturnWholeBytes()
    {
        _read -= _bitCount >> 3;
        _bits = 0;
        _bitCount = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SubtableIndex(uint entry, ulong bits)
    {
        var indexBits = (int)((entry >> HuffmanTable.CodeLengthShift) & 0xF);
        return (int)(entry >> HuffmanTable.BaseShift) + (int)(bits & ((1UL << indexBits) - 1));
    }

    /// <summary>A length or distance: the entry's base plus the extra bits after its code word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Value(uint entry, ulong bits)
    {
        var consumed = (int)(entry & HuffmanTable.ConsumeMask);
        var codeLength = (int)((entry >> HuffmanTable.CodeLengthShift) & 0xF);
        return (int)(entry >> HuffmanTable.BaseShift) + (int)((bits & ((1UL << consumed) - 1)) >> codeLength);
    }
}
