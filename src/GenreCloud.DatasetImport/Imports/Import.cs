using System.Text.Json.Serialization;
using GenreCloud.Datasets;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>An import and how far it is; stored as <c>imports/{id}/import.json</c>.</summary>
public sealed record Import : IJob
{
    public required string Id { get; init; }

    public required string Dataset { get; init; }

    public required string Profile { get; init; }

    /// <summary>How the labels CSV is read: the profile's rules with what the request changes in them. Null for a profile without CSV.</summary>
    public LabelRules? LabelRules { get; init; }

    /// <summary>Where the zips come from; none for an uploaded one, which is staged before the import begins.</summary>
    public IReadOnlyList<ImportSource> Sources { get; init; } = [];

    public ImportSource? Labels { get; init; }

    /// <summary>Whether the zips are added to the dataset's newest version.</summary>
    public bool Add { get; init; }

    /// <summary>Of the data, when the caller gave it; see <see cref="DatasetSource.Licence"/>.</summary>
    public string? Licence { get; init; }

    public ImportStatus Status { get; init; }

    public ImportProgress Progress { get; init; } = new();

    /// <summary>The zips in container <c>sources</c>, as far as they are there, in the order of <see cref="Sources"/>.</summary>
    public IReadOnlyList<StagedSource> StagedArchives { get; init; } = [];

    /// <summary>The separate labels CSV in container <c>sources</c>, once it is there.</summary>
    public StagedSource? StagedLabels { get; init; }

    /// <summary>How far each part of the pictures is, while they are being read.</summary>
    public IReadOnlyList<PartitionProgress> Partitions { get; init; } = [];

    /// <summary>What rates are counted from; null until pictures are read.</summary>
    public ReadingStart? ReadingStart { get; init; }

    /// <summary>The dataset version that the import writes, from the moment it is reserved.</summary>
    public int? Version { get; init; }

    /// <summary>True when these very archives with these labels already were a version of the dataset, which then is the result.</summary>
    public bool Reused { get; init; }

    /// <summary>
    /// Once completed: fields of tabular columns, by column, that were neither empty nor a number that the column can have. The samples
    /// are in the dataset, without that value.
    /// </summary>
    public IReadOnlyDictionary<string, int> UnreadableValues { get; init; } = new Dictionary<string, int>();

    /// <summary>Why the import failed, and what to do.</summary>
    public ImportError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool HasEnded => Status is ImportStatus.Completed or ImportStatus.Failed or ImportStatus.Cancelled;

    /// <summary>The same without the signatures that its addresses may have, fit for logs and answers.</summary>
    public Import WithoutSecrets() => this with { Sources = [.. Sources.Select(source => source.WithoutSecrets())], Labels = Labels?.WithoutSecrets() };
}

/// <summary>Where an import stands.</summary>
public enum ImportStatus
{
    /// <summary>Accepted, not begun.</summary>
    Queued,

    /// <summary>The source is being brought into storage.</summary>
    Staging,

    /// <summary>The pictures are being checked and written.</summary>
    Reading,

    /// <summary>The dataset version is there.</summary>
    Completed,

    /// <summary>There is no dataset version; the error says why. It can be retried.</summary>
    Failed,

    /// <summary>There is no dataset version, because somebody cancelled the import. It can be retried.</summary>
    Cancelled,
}

/// <summary>A source file in container <c>sources</c>.</summary>
/// <param name="Blob">The blob's name.</param>
/// <param name="FileName">The name it came with.</param>
/// <param name="Url">The address it came from.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lower-case hexadecimal.</param>
/// <param name="Bytes">Its size.</param>
public sealed record StagedSource(string Blob, string? FileName, string? Url, string Sha256, long Bytes)
{
    /// <summary>As a manifest names it.</summary>
    internal DatasetSource ToSource() => new() { FileName = FileName, Url = Url, Sha256 = Sha256, Bytes = Bytes };

    /// <summary>Why an import fails whose source was removed.</summary>
    internal ImportFailedException Gone() => new(
        "The source is no longer stored",
        $"{FileName ?? Url ?? "The archive"} (blob {Blob}) was removed from the storage, as sources are that no import has needed for some days "
        + "(DatasetImport:StagedSourceRetention). Import it again; one that was uploaded, upload it again.");
}

/// <summary>Why an import failed.</summary>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">Where, and what to do.</param>
public sealed record ImportError(string Title, string Detail);
