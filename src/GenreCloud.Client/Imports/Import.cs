using System.Text.Json.Serialization;
using GenreCloud.Client.Datasets;

namespace GenreCloud.Client.Imports;

/// <summary>An import and how far it is.</summary>
/// <param name="Id">Of the import.</param>
/// <param name="Dataset">The dataset that it makes a version of.</param>
/// <param name="Profile">How the archive is laid out.</param>
/// <param name="LabelRules">How the labels CSV is read; null for a profile without CSV.</param>
/// <param name="Sources">Where the zips come from, without secrets; none for one that was uploaded in one piece.</param>
/// <param name="Labels">The labels CSV, when it is not inside a zip.</param>
/// <param name="Add">Whether the zips are added to the dataset's newest version.</param>
/// <param name="Licence">Of the data, when the caller gave it.</param>
/// <param name="Status">What it is at.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="StagedArchives">The zips as far as they are stored, in the order of the sources.</param>
/// <param name="StagedLabels">The separate labels CSV, once it is stored.</param>
/// <param name="Partitions">How far each part of the pictures is, while they are being read.</param>
/// <param name="ReadingStart">What rates are counted from; null until pictures are read.</param>
/// <param name="Version">The dataset version that it writes, from the moment it is reserved.</param>
/// <param name="Reused">Whether these very archives already were a version of the dataset, which then is the result.</param>
/// <param name="UnreadableValues">Once completed: by tabular column, fields that were neither empty nor a number that the column can have.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">Null while it is queued.</param>
/// <param name="EndedAt">Null until it has ended.</param>
public sealed record Import(
    string Id,
    string Dataset,
    string Profile,
    LabelRules? LabelRules,
    IReadOnlyList<ImportSource> Sources,
    ImportSource? Labels,
    bool Add,
    string? Licence,
    ImportStatus Status,
    ImportProgress Progress,
    IReadOnlyList<StagedSource> StagedArchives,
    StagedSource? StagedLabels,
    IReadOnlyList<PartitionProgress> Partitions,
    ReadingStart? ReadingStart,
    int? Version,
    bool Reused,
    IReadOnlyDictionary<string, int> UnreadableValues,
    JobError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Whether nothing more will happen to it, unless it is retried.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is ImportStatus.Completed or ImportStatus.Failed or ImportStatus.Cancelled;
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

/// <summary>A source file that the service has stored.</summary>
/// <param name="Blob">The blob's name.</param>
/// <param name="FileName">The name it came with.</param>
/// <param name="Url">The address it came from.</param>
/// <param name="Sha256">Of its bytes, 64 hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
public sealed record StagedSource(string Blob, string? FileName, string? Url, string Sha256, long Bytes);
