namespace GenreCloud.Storage;

/// <summary>Tells a log from the one that stood in its place before: who was in the middle of that one begins again.</summary>
internal static class AppendLogId
{
    public const string ContentType = "application/x-ndjson";

    private const string Key = "log";

    public static string New() => Guid.NewGuid().ToString("n");

    public static Dictionary<string, string> MetadataOf(string id) => new() { [Key] = id };

    /// <returns>Null for a log that was not begun by an <see cref="AppendLogWriter{T}"/>.</returns>
    public static string? Of(IDictionary<string, string> metadata) => metadata.TryGetValue(Key, out var id) ? id : null;
}
