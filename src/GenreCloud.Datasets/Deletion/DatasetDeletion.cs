using System.Text.Json.Serialization;

namespace GenreCloud.Datasets.Deletion;

/// <summary>deletion.json: a dataset version that is to be deleted, or was.</summary>
/// <remarks>
/// Who deletes a version and who uses it cannot miss each other, whoever waits or dies in between, because each of them first writes down what it wants
/// and then looks:
/// <list type="number">
/// <item>Who deletes writes this document, and then looks for users: runs, evaluations and imports whose documents say that they have not ended. Where there
/// are some it takes the document back; where there are none it sets <see cref="RestorableUntil"/>.</item>
/// <item>Who uses writes its own document, and then looks for this one. Where it is, at whatever stage, the use ends before it began.</item>
/// </list>
/// Of a deletion and a use at the same moment at least one sees the other; perhaps both do, and both are refused. The data of a version that is marked
/// stay readable for those who were first.
/// <para>
/// When the grace period is over, the sweep sets <see cref="SweepStartedAt"/>, for which the document must be the one that was read; restoring removes the
/// document, under the same condition: one of the two wins. From then on nobody opens the version, not even if a writer that was given up for dead
/// came back and wrote its manifest. Then the files go, the manifest first. This document and the reservation stay for good, so that the number is not
/// given again, and a sweep that was killed is done again.
/// </para>
/// </remarks>
public sealed record DatasetDeletion
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Until when the deletion can be taken back; null while it is not known yet whether anyone uses the version.</summary>
    public DateTimeOffset? RestorableUntil { get; init; }

    /// <summary>When the files began to be deleted; null while all of them are there.</summary>
    public DateTimeOffset? SweepStartedAt { get; init; }

    /// <summary>Whether nobody used the version when the deletion was asked for, so that it is certain.</summary>
    [JsonIgnore]
    public bool IsCertain => RestorableUntil is not null || SweepStartedAt is not null;
}
