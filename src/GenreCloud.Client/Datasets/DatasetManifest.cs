namespace GenreCloud.Client.Datasets;

/// <summary>What a dataset version is made of.</summary>
/// <param name="SchemaVersion">Of the manifest.</param>
/// <param name="Name">The dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Profile">The kind of source: <c>genres</c>, <c>metal</c>, <c>folders</c> or <c>audio</c>.</param>
/// <param name="LabelRules">How the labels came about; null where no CSV had them.</param>
/// <param name="Source">The archive, or the first of several.</param>
/// <param name="LabelSource">The separate file of labels, if they did not come with the source.</param>
/// <param name="FurtherSources">The archives after the first.</param>
/// <param name="BaseVersion">The version that this one continues; null for one that begins anew.</param>
/// <param name="Labels">In ordinal order: a label's position is the index that a model is trained on.</param>
/// <param name="SamplesPerLabel">By label.</param>
/// <param name="Samples">In all shards.</param>
/// <param name="MajorityClassAccuracy">The accuracy, 0 to 1, of always answering the largest label.</param>
/// <param name="Tabular">Empty for sources without tabular data.</param>
/// <param name="UnreadableValues">By tabular column, samples whose field was neither empty nor a number that the column can have.</param>
/// <param name="Shards">The tars with the pictures.</param>
/// <param name="SamplesSha256">Of the table of samples.</param>
/// <param name="Quarantined">What the import left out, by reason.</param>
/// <param name="Flagged">Samples by flag: <c>constant</c>, <c>silent</c>, <c>nearDuplicate</c>; flags that no sample has are left out.</param>
/// <param name="Producer">Name and version of the program that wrote it.</param>
/// <param name="Created">When its pictures began to be read.</param>
public sealed record DatasetManifest(
    int SchemaVersion,
    string Name,
    int Version,
    string Profile,
    LabelRules? LabelRules,
    DatasetSource Source,
    DatasetSource? LabelSource,
    IReadOnlyList<DatasetSource> FurtherSources,
    int? BaseVersion,
    IReadOnlyList<string> Labels,
    IReadOnlyDictionary<string, int> SamplesPerLabel,
    int Samples,
    double MajorityClassAccuracy,
    IReadOnlyList<TabularColumn> Tabular,
    IReadOnlyDictionary<string, int> UnreadableValues,
    IReadOnlyList<Shard> Shards,
    string SamplesSha256,
    IReadOnlyDictionary<string, int> Quarantined,
    IReadOnlyDictionary<string, int> Flagged,
    string Producer,
    DateTimeOffset Created);

/// <summary>How the labels CSV of an import is read. In a request, what is null stays as the profile has it.</summary>
public sealed record LabelRules
{
    /// <summary>Columns that tell the track by id, path or URI; the first that has a value in a row counts.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>The column with the label.</summary>
    public string? Label { get; init; }

    /// <summary>The column with the artists: one name, or a list as Python writes it.</summary>
    public string? Artists { get; init; }

    /// <summary>The column with the artists' ids, in the order of the names.</summary>
    public string? ArtistIds { get; init; }

    /// <summary>The column with the album or playlist.</summary>
    public string? Collection { get; init; }

    /// <summary>The column with the track's title.</summary>
    public string? Title { get; init; }

    /// <summary>Columns of numbers to keep.</summary>
    public IReadOnlyList<string>? Tabular { get; init; }

    /// <summary>Labels that become part of another class: its name by the label of the source.</summary>
    public IReadOnlyDictionary<string, string>? Merges { get; init; }

    /// <summary>Labels whose tracks are left out.</summary>
    public IReadOnlyList<string>? Drops { get; init; }
}

/// <summary>Statistics of one tabular column over all samples that have a value in it, in the column's unit.</summary>
/// <param name="Name">As in the source.</param>
/// <param name="Count">Samples with a value.</param>
/// <param name="Missing">Samples without one.</param>
/// <param name="Mean">Of the values.</param>
/// <param name="StandardDeviation">Of the population.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
public sealed record TabularColumn(string Name, int Count, int Missing, double Mean, double StandardDeviation, double Minimum, double Maximum);

/// <summary>A tar of pictures.</summary>
/// <param name="File">Name below the version's folder: <c>shards/00000.tar</c>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Of the file, 64 hexadecimal digits.</param>
/// <param name="Samples">Pictures in it.</param>
public sealed record Shard(string File, long Bytes, string Sha256, int Samples);
