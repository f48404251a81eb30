using System.Text;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The header of one regular file in a tar of POSIX.1-1988 ("ustar"). System.Formats.Tar's writer does not tell where a file's bytes start, which
/// range reads need.
/// </summary>
internal static class UstarHeader
{
    /// <summary>Tar is made of blocks of 512 bytes: a header, then the content padded to a whole block.</summary>
    public const int BlockLength = 512;

    private const int MaxNameLength = 100;

    /// <summary>Fills a block. Mode 644, owner 0, time 0: the same file has the same header everywhere.</summary>
    /// <param name="block">512 bytes.</param>
    /// <param name="name">At most 100 ASCII characters.</param>
    /// <param name="length">Bytes of the file, below 8 GiB.</param>
    public static void Write(Span<byte> block, string name, long length)
    {
        const int ChecksumOffset = 148;
        const int ChecksumLength = 8;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxNameLength);
        block.Clear();
        Encoding.ASCII.GetBytes(name, block);
        WriteOctal(block.Slice(100, 8), 0b110_100_100);
        WriteOctal(block.Slice(108, 8), 0);
        WriteOctal(block.Slice(116, 8), 0);
        WriteOctal(block.Slice(124, 12), length);
        WriteOctal(block.Slice(136, 12), 0);
        block[156] = (byte)'0';
        "ustar\0"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        WriteOctal(block.Slice(329, 8), 0);
        WriteOctal(block.Slice(337, 8), 0);

        // The sum counts its own field as spaces.
        block.Slice(ChecksumOffset, ChecksumLength).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        WriteOctal(block.Slice(ChecksumOffset, ChecksumLength - 1), sum);
    }

    /// <summary>Zero-padded octal digits and a NUL.</summary>
    private static void WriteOctal(Span<byte> field, long value)
    {
        var digits = field[..^1];
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 3)
        {
            digits[i] = (byte)('0' + (value & 7));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0);
        field[^1] = 0;
    }
}
