using System.Text.Json;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>JSON in a blob's metadata, of which there are 8 KiB. They are headers: as base64 the text may have any character.</summary>
internal static class MetadataText
{
    public static string Of<T>(T value) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(value, GenreCloudJson.Options));

    /// <returns>Null when there is none.</returns>
    public static T? Read<T>(IDictionary<string, string> metadata, string key)
        where T : class =>
        metadata.TryGetValue(key, out var text) ? JsonSerializer.Deserialize<T>(Convert.FromBase64String(text), GenreCloudJson.Options) : null;
}
