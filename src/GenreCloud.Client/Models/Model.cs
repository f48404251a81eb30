using System.Text.Json.Serialization;

namespace GenreCloud.Client.Models;

/// <summary>A registered model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, lowest first.</param>
/// <param name="Aliases">Which version each alias stands for: <c>production</c> answers unless another is asked for.</param>
public sealed record Model(string Name, IReadOnlyList<int> Versions, IReadOnlyDictionary<string, int> Aliases)
{
    /// <summary>Of its aliases, for <see cref="AliasMove.IfMatch"/>; null in a list of models.</summary>
    [JsonIgnore]
    public string? ETag { get; init; }
}
