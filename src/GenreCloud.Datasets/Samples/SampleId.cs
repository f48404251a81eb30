using System.Buffers;

namespace GenreCloud.Datasets.Samples;

/// <summary>
/// The name of a sample, unique in its dataset version: it names a file in a shard, a query parameter and a path segment, so it is 1 to 96 ASCII
/// letters, digits, '-' or '_'. A '.' would end the key of a WebDataset sample, and 96 with ".png" fit the 100 bytes of a tar name.
/// </summary>
public static class SampleId
{
    public const int MaxLength = 96;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool IsValid(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Allowed);

    /// <exception cref="ArgumentException">It is not valid; the message says what is.</exception>
    internal static void ThrowIfInvalid(string id)
    {
        if (!IsValid(id))
        {
            throw new ArgumentException($"'{id}' is not a sample id: 1 to {MaxLength} letters, digits, '-' and '_' are.", nameof(id));
        }
    }
}
