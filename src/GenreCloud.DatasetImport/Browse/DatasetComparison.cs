namespace GenreCloud.DatasetImport.Browse;

/// <summary>How a dataset version differs from another. Samples are the same by their id.</summary>
public sealed record DatasetComparison
{
    public required string Name { get; init; }

    /// <summary>The version that is compared with.</summary>
    public required int From { get; init; }

    /// <summary>The version that is described by its differences.</summary>
    public required int To { get; init; }

    /// <summary>Samples that only <see cref="To"/> has.</summary>
    public required int Added { get; init; }

    /// <summary>Samples that only <see cref="From"/> has.</summary>
    public required int Removed { get; init; }

    /// <summary>Samples that both have, with another label.</summary>
    public required int Relabelled { get; init; }

    /// <summary>Samples that both have with the same label and another picture.</summary>
    public required int Replaced { get; init; }

    /// <summary>Samples that both have with the same label and the same picture.</summary>
    public required int Unchanged { get; init; }

    /// <summary>Of each label that either has, in ordinal order.</summary>
    public required IReadOnlyList<LabelChange> Labels { get; init; }

    /// <summary>From which label to which, the most frequent first.</summary>
    public required IReadOnlyList<Relabelling> Relabellings { get; init; }

    /// <summary>The samples that differ, of the kind and label asked for, on this page; by id.</summary>
    public required IReadOnlyList<SampleChange> Changes { get; init; }

    /// <summary>Those on all pages.</summary>
    public required int TotalChanges { get; init; }

    /// <summary>The offset of the next page; null on the last one.</summary>
    public int? NextOffset { get; init; }
}

/// <summary>What has become of a label.</summary>
/// <param name="From">Samples in the first version.</param>
/// <param name="To">Samples in the second version.</param>
/// <param name="Added">New samples with it.</param>
/// <param name="Removed">Samples with it that are gone.</param>
/// <param name="RelabelledTo">Samples that had another label.</param>
/// <param name="RelabelledFrom">Samples that have another label now.</param>
public sealed record LabelChange(string Label, int From, int To, int Added, int Removed, int RelabelledTo, int RelabelledFrom);

/// <summary>A number of samples that changed from one label to another.</summary>
public sealed record Relabelling(string From, string To, int Samples);

/// <summary>A sample that differs.</summary>
/// <param name="From">Its label in the first version; null where it is not there.</param>
/// <param name="To">Its label in the second version; null where it is not there.</param>
public sealed record SampleChange(string Id, SampleChangeKind Kind, string? From, string? To);

/// <summary>How a sample differs.</summary>
public enum SampleChangeKind
{
    Added,
    Removed,
    Relabelled,

    /// <summary>The label is the same and the picture is not.</summary>
    Replaced,
}
