using System.Text.Json.Serialization;

namespace GenreCloud.Client.Models;

/// <summary>What an alias is to stand for.</summary>
public sealed record AliasMove
{
    /// <summary>The version; or <see cref="Alias"/>.</summary>
    public int? Version { get; init; }

    /// <summary>An alias that stands for the version: <c>candidate</c>.</summary>
    public string? Alias { get; init; }

    /// <summary>A sentence for the history.</summary>
    public string? Why { get; init; }

    /// <summary>Why the alias is to be moved although its gate refuses; the history keeps it. Null when the gate decides.</summary>
    public string? Override { get; init; }

    /// <summary>The <see cref="Model.ETag"/> on which the decision was made: the alias moves only if none was moved since. Null to move it anyway.</summary>
    [JsonIgnore]
    public string? IfMatch { get; init; }
}
