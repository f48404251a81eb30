namespace GenreCloud.Client.Classify;

/// <summary>Which model version answers, and how much.</summary>
public sealed record ClassifyOptions
{
    /// <summary>May be left out while only one model is registered.</summary>
    public string? Model { get; init; }

    /// <summary>Left out, the alias decides; not to be given with one.</summary>
    public int? Version { get; init; }

    /// <summary>Left out, <c>production</c>.</summary>
    public string? Alias { get; init; }

    /// <summary>How many labels to answer, best first, at least 1; left out, 5.</summary>
    public int? Top { get; init; }
}
