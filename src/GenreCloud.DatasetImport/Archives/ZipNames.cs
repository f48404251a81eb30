using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>The names of entries, in whatever encoding their zip's writer had in mind.</summary>
internal static class ZipNames
{
    private const ushort UnicodePath = 0x7075;

    /// <summary>The code page of the IBM PC, which names are in unless they say otherwise (APPNOTE, appendix D).</summary>
    private static readonly Encoding Cp437 = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <param name="name">The name's bytes.</param>
    /// <param name="nameCrc32">Their CRC-32.</param>
    /// <param name="isUtf8">Whether the entry says so (general purpose bit 11).</param>
    /// <param name="extra">The entry's extra fields.</param>
    public static string Decode(ReadOnlySpan<byte> name, uint nameCrc32, bool isUtf8, ReadOnlySpan<byte> extra)
    {
        if (Ascii.IsValid(name))
        {
            return Encoding.ASCII.GetString(name);
        }

        if (isUtf8)
        {
            return Encoding.UTF8.GetString(name);
        }

        // Info-ZIP's second name counts only while it belongs to the first: a program that renames may not know it.
        if (ZipExtra.TryFind(extra, UnicodePath, out var field) && field is [1, ..] && field.Length > 5
            && BinaryPrimitives.ReadUInt32LittleEndian(field[1..]) == nameCrc32)
        {
            return Encoding.UTF8.GetString(field[5..]);
        }

        // Many writers, macOS's for one, have UTF-8 names and do not say so. Text of the code page is hardly ever valid UTF-8.
        return Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : Cp437.GetString(name);
    }
}
