using System.Text.Json;

namespace GenreCloud.Storage;

/// <summary>Records as lines of JSON in the dialect of <see cref="GenreCloudJson"/>, each with its line end.</summary>
internal static class JsonLines
{
    public const byte LineEnd = (byte)'\n';

    public static byte[] Serialize<T>(T record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, GenreCloudJson.Options), LineEnd];

    /// <param name="lines">Whole lines; the end of the last one may be missing.</param>
    /// <param name="blob">The name that an error tells.</param>
    /// <exception cref="InvalidDocumentException">A line is not JSON of this shape.</exception>
    public static IReadOnlyList<T> Parse<T>(ReadOnlyMemory<byte> lines, string blob)
        where T : class
    {
        var records = new List<T>();
        while (lines.Length > 0)
        {
            var end = lines.Span.IndexOf(LineEnd);
            records.Add(Parse<T>((end < 0 ? lines : lines[..end]).Span, blob));
            lines = end < 0 ? default : lines[(end + 1)..];
        }

        return records;
    }

    private static T Parse<T>(ReadOnlySpan<byte> line, string blob)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, GenreCloudJson.Options) ?? throw new InvalidDocumentException(blob, typeof(T), innerException: null);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // The latter for a record of a kind that has subclasses and does not say which one it is.
            throw new InvalidDocumentException(blob, typeof(T), exception);
        }
    }
}
