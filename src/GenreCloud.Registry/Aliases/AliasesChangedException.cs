namespace GenreCloud.Registry;

/// <summary>The aliases are not what a decision was made on; nothing was changed.</summary>
public sealed class AliasesChangedException(string model, string why, ModelAliases present) : Exception(
    $"{why} Model '{model}' has " + (present.Versions.Count == 0 ? "no alias now." : $"now {string.Join(", ", present.Versions.Select(alias => $"{alias.Key} = {alias.Value}"))}."))
{
    /// <summary>The aliases as they stand.</summary>
    public ModelAliases Present { get; } = present;
}
