namespace GenreCloud.Client.Classify;

/// <summary>Which answer is explained.</summary>
public sealed record ExplainOptions
{
    /// <summary>May be left out while only one model is registered.</summary>
    public string? Model { get; init; }

    /// <summary>Left out, the alias decides; not to be given with one.</summary>
    public int? Version { get; init; }

    /// <summary>Left out, <c>production</c>.</summary>
    public string? Alias { get; init; }

    /// <summary>Left out, the most probable one.</summary>
    public string? Label { get; init; }

    /// <summary>Of <see cref="Classification.Segments"/>, from 0; left out, the one with the highest probability of the label.</summary>
    public int? Segment { get; init; }
}
