using System.Text.RegularExpressions;

namespace GenreCloud.Registry;

/// <summary>
/// Names of models and aliases: 1 to 63 lower-case letters, digits, '-' and '_', beginning with a letter. They are folders of
/// a Triton repository, segments of blob names and of URLs; beginning with a letter keeps an alias apart from a version.
/// </summary>
public static partial class ModelName
{
    /// <summary>What a valid name is, for messages.</summary>
    public const string Rule = "use 1 to 63 lower-case letters, digits, '-' and '_', beginning with a letter.";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <exception cref="ArgumentException">The name is not valid; the message says what would be.</exception>
    internal static void Require(string name, string parameterName)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is not a valid name: {Rule}", parameterName);
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
