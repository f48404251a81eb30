using System.Buffers;

namespace GenreCloud.Datasets;

/// <summary>The name of a dataset: 1 to 63 lower-case ASCII letters, digits, '-' or '_'.</summary>
public static class DatasetName
{
    public const int MaxLength = 63;

    /// <summary>What a valid name is, for messages.</summary>
    public const string Rule = "use 1 to 63 lower-case letters, digits, '-' and '_'.";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool IsValid(string? name) => name is { Length: > 0 and <= MaxLength } && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <exception cref="ArgumentException">It is not valid; the message says what is.</exception>
    public static void ThrowIfInvalid(string? name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException($"'{name}' is not a valid dataset name: {Rule}", nameof(name));
        }
    }
}
