namespace GenreCloud.Datasets;

/// <summary>A file that a dataset version was made from.</summary>
public sealed record DatasetSource
{
    /// <summary>Where it was fetched, if it was.</summary>
    public string? Url { get; init; }

    /// <summary>The name it was uploaded or found under.</summary>
    public string? FileName { get; init; }

    /// <summary>Of the file, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }

    /// <summary>SPDX expression or a link, if known.</summary>
    public string? Licence { get; init; }

    /// <summary>The separate file of labels that came with it, where the manifest has no other place for that.</summary>
    public DatasetSource? Labels { get; init; }
}
