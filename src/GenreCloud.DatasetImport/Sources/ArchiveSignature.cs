using System.Text;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Tells from its first bytes whether a source is a zip, before anything of it is stored.</summary>
internal static class ArchiveSignature
{
    /// <summary>How many bytes <see cref="Require"/> wants to see.</summary>
    public const int Length = 512;

    /// <summary>How many bytes it takes to tell a zip.</summary>
    public const int MinLength = 4;

    /// <exception cref="ImportFailedException">It is not a zip; the message says what it is, where that can be told.</exception>
    public static void Require(ReadOnlySpan<byte> head, string source)
    {
        // "PK" and the local header of a first entry, or the end record of a zip without entries (APPNOTE 4.3.7, 4.3.16).
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
        {
            return;
        }

        if (head.IsEmpty)
        {
            throw new ImportFailedException("The source is empty", $"{source} has no bytes. Give the zip with the spectrograms.");
        }

        var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith('<'))
        {
            throw new ImportFailedException(
                "The source is a web page, not a zip",
                $"{source} begins with {text[..Math.Min(text.Length, 20)].ReplaceLineEndings(" ")}. File hosts answer so for large files that must be confirmed, "
                + "for files that are not shared, and when a quota is used up. Download it in a browser and give the file's path, or upload it.");
        }

        throw new ImportFailedException(
            "The source is not a zip",
            $"{source} begins with the bytes {Convert.ToHexString(head[..Math.Min(head.Length, 4)])}, and a zip with 504B0304. Give the zip with the spectrograms.");
    }
}
