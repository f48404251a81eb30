namespace GenreCloud.Datasets.Deletion;

/// <summary>What there is in storage of a dataset version, whether it is complete, abandoned or deleted.</summary>
public sealed record StoredVersion
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    /// <summary>Whether it has a manifest.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Whether it has a mark; see <see cref="DatasetDeletion"/>.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Files besides the reservation and the mark.</summary>
    public int Files { get; init; }

    /// <summary>Of these files.</summary>
    public long Bytes { get; init; }
}
