using System.Globalization;
using System.Text;

namespace GenreCloud.Dashboard.Datasets;

/// <summary>Bytes for people: what is no picture may still tell what it is.</summary>
internal static class HexDump
{
    /// <summary>What a file is stands at its beginning.</summary>
    public const int MostBytes = 512;

    private const int BytesALine = 16;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngSignature);

    /// <summary>The first bytes: the offset, 16 bytes in hexadecimal, and these as ASCII, a line each.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        bytes = bytes[..Math.Min(bytes.Length, MostBytes)];
        for (var offset = 0; offset < bytes.Length; offset += BytesALine)
        {
            var line = bytes[offset..Math.Min(offset + BytesALine, bytes.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{offset:x4}  ");
            for (var index = 0; index < BytesALine; index++)
            {
                text.Append(index < line.Length ? line[index].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(' ');
            }

            text.Append(' ');
            foreach (var one in line)
            {
                text.Append(one is >= 0x20 and < 0x7F ? (char)one : '.');
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
