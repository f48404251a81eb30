using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Uploads;

/// <summary>A zip that is uploaded in parts; stored as <c>sources/.uploading/{id}.json</c> beside its blocks.</summary>
internal sealed record Upload
{
    public required string Id { get; init; }

    /// <summary>How many bytes the whole has.</summary>
    public required long Bytes { get; init; }

    public string? FileName { get; init; }

    /// <summary>The import that begins when all bytes are there.</summary>
    public required Import Import { get; init; }

    /// <summary>Whether all bytes were there, and the import has begun.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>SHA-256 of the whole, once the import has staged it.</summary>
    public string? Sha256 { get; init; }
}
