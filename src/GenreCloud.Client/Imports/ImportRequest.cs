using GenreCloud.Client.Datasets;

namespace GenreCloud.Client.Imports;

/// <summary>What is to be imported.</summary>
/// <param name="Dataset">The dataset to make a version of: lower-case letters, digits, - and _, at most 63.</param>
/// <param name="Profile">How the archive is laid out: <c>genres</c>, <c>metal</c>, <c>folders</c> or <c>audio</c>.</param>
public sealed record ImportRequest(string Dataset, string Profile)
{
    /// <summary>The zip with the spectrograms or songs.</summary>
    public ImportSource? Source { get; init; }

    /// <summary>Several zips that make one dataset, instead of <see cref="Source"/>.</summary>
    public IReadOnlyList<ImportSource>? Sources { get; init; }

    /// <summary>The labels CSV, when it is not inside a zip.</summary>
    public ImportSource? Labels { get; init; }

    /// <summary>Whether the archives are added to the newest version of the dataset; otherwise they alone make one.</summary>
    public bool Add { get; init; }

    /// <summary>How the labels CSV is read; null as the profile has it.</summary>
    public LabelRules? LabelRules { get; init; }

    /// <summary>The licence of the data, as an SPDX expression or a link.</summary>
    public string? Licence { get; init; }

    /// <summary>The SHA-256 of <see cref="Source"/> in hexadecimal; when given, another archive is refused.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>Where a file comes from: exactly one of them.</summary>
public sealed record ImportSource
{
    /// <summary>An http or https address, or a share link of Google Drive.</summary>
    public string? Url { get; init; }

    /// <summary>A file or a folder on the service's own machine, where that is allowed.</summary>
    public string? Path { get; init; }

    /// <summary>A blob of the service's own storage account as <c>container/name</c>, or any blob's address with a signature.</summary>
    public string? Blob { get; init; }

    /// <summary>The id of an upload in parts.</summary>
    public string? Upload { get; init; }

    /// <summary>The file's SHA-256 in hexadecimal; when given, another file is refused.</summary>
    public string? Sha256 { get; init; }
}
