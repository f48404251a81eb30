using System.ComponentModel;

namespace GenreCloud.Inference.Models;

/// <summary>The body of <c>PUT /api/models/{name}/aliases/{alias}</c>: which version the alias is to stand for.</summary>
internal sealed record AliasRequest
{
    [Description("The version; or name the alias that stands for it.")]
    public int? Version { get; init; }

    [Description("An alias that stands for the version: candidate.")]
    public string? Alias { get; init; }

    [Description("A sentence for the history.")]
    public string? Why { get; init; }

    [Description("Why the alias is to be moved although its gate refuses; the history keeps it.")]
    public string? Override { get; init; }
}

/// <summary>The body of <c>POST /api/models/{name}/rollback</c>.</summary>
internal sealed record RollbackRequest
{
    [Description("The alias to move back; production.")]
    public string? Alias { get; init; }

    [Description("A sentence for the history.")]
    public string? Why { get; init; }
}
