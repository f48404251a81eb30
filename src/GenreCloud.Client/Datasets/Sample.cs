namespace GenreCloud.Client.Datasets;

/// <summary>A spectrogram of a dataset version, and what is known of its track.</summary>
/// <param name="Id">Unique in the dataset version.</param>
/// <param name="Label">The genre.</param>
/// <param name="Artists">Empty if unknown.</param>
/// <param name="Collection">The album or playlist that the track comes from.</param>
/// <param name="Title">The track's title.</param>
/// <param name="Tabular">Numbers by column name, as in the source; a missing value has no entry.</param>
/// <param name="Shard">Index into the manifest's shards.</param>
/// <param name="Offset">Where the PNG starts in its shard, in bytes.</param>
/// <param name="Length">Of the PNG, in bytes.</param>
/// <param name="PixelsSha256">Of the decoded uint8 [128,1292], 64 hexadecimal digits.</param>
/// <param name="Flags">What is remarkable about the picture: <c>constant</c>, <c>silent</c>, <c>nearDuplicate</c>.</param>
/// <param name="NearDuplicateOf">The id of an earlier sample of other artists that this one is nearly equal to; null if there is none.</param>
public sealed record Sample(
    string Id,
    string Label,
    IReadOnlyList<string> Artists,
    string? Collection,
    string? Title,
    IReadOnlyDictionary<string, float> Tabular,
    int Shard,
    long Offset,
    int Length,
    string PixelsSha256,
    IReadOnlyList<string> Flags,
    string? NearDuplicateOf);

/// <summary>Which samples of a version are wanted; what is null leaves all.</summary>
public sealed record SampleFilter
{
    /// <summary>The genre, exactly.</summary>
    public string? Label { get; init; }

    /// <summary>The name of one of the artists, in upper or lower case.</summary>
    public string? Artist { get; init; }

    /// <summary>Part of the id, the title, the collection or an artist's name, in upper or lower case.</summary>
    public string? Text { get; init; }

    /// <summary>What is remarkable about the picture: <c>constant</c>, <c>silent</c> or <c>nearDuplicate</c>.</summary>
    public string? Flag { get; init; }
}

/// <summary>Something of a source that is not in the dataset version.</summary>
/// <param name="Entry">The name of the file or row in the source.</param>
/// <param name="Reason">A short code to count by: <c>badCrc</c>, <c>noLabel</c>.</param>
/// <param name="Message">What is wrong, for the person who looks after the source.</param>
public sealed record QuarantineEntry(string Entry, string Reason, string Message);

/// <summary>A part of a list that never changes.</summary>
/// <param name="Items">On this page.</param>
/// <param name="Total">On all pages.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);
