using System.Text.Json.Serialization;
using Azure;

namespace GenreCloud.Registry;

/// <summary>A model with its visible versions, lowest first, and its aliases.</summary>
public sealed record ModelSummary(string Name, IReadOnlyList<int> Versions, IReadOnlyDictionary<string, int> Aliases)
{
    /// <summary><see cref="ModelAliases.ETag"/> of the aliases as they stand here.</summary>
    [JsonIgnore]
    public ETag? AliasesETag { get; init; }
}
