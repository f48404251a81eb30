namespace GenreCloud.Client.Datasets;

/// <summary>How a dataset version differs from another. Samples are the same by their id.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="From">The version that is compared with.</param>
/// <param name="To">The version that is described by its differences.</param>
/// <param name="Added">Samples that only the second has.</param>
/// <param name="Removed">Samples that only the first has.</param>
/// <param name="Relabelled">Samples that both have, with another label.</param>
/// <param name="Replaced">Samples that both have with the same label and another picture.</param>
/// <param name="Unchanged">Samples that both have with the same label and the same picture.</param>
/// <param name="Labels">Of each label that either has, in ordinal order.</param>
/// <param name="Relabellings">From which label to which, the most frequent first.</param>
/// <param name="Changes">The samples that differ, of the kind and label asked for, on this page; by id.</param>
/// <param name="TotalChanges">Those on all pages.</param>
/// <param name="NextOffset">The offset of the next page; null on the last one.</param>
public sealed record DatasetComparison(
    string Name,
    int From,
    int To,
    int Added,
    int Removed,
    int Relabelled,
    int Replaced,
    int Unchanged,
    IReadOnlyList<LabelChange> Labels,
    IReadOnlyList<Relabelling> Relabellings,
    IReadOnlyList<SampleChange> Changes,
    int TotalChanges,
    int? NextOffset);

/// <summary>What has become of a label.</summary>
/// <param name="Label">The label.</param>
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
/// <param name="Id">The sample.</param>
/// <param name="Kind">How it differs.</param>
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
