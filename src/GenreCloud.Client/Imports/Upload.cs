using System.Text.Json.Serialization;
using GenreCloud.Client.Datasets;

namespace GenreCloud.Client.Imports;

/// <summary>A zip that is to be uploaded in parts.</summary>
/// <param name="Dataset">The dataset to make a version of.</param>
/// <param name="Profile">How the archive is laid out.</param>
/// <param name="Bytes">How many bytes the zip has.</param>
public sealed record UploadRequest(string Dataset, string Profile, long Bytes)
{
    /// <summary>The zip's SHA-256 in hexadecimal; when given, another archive is refused.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The name of the file.</summary>
    public string? FileName { get; init; }

    /// <summary>The labels CSV, when it is not inside the zip.</summary>
    public ImportSource? Labels { get; init; }

    /// <summary>Whether the archive is added to the newest version of the dataset; otherwise it alone makes one.</summary>
    public bool Add { get; init; }

    /// <summary>How the labels CSV is read; null as the profile has it.</summary>
    public LabelRules? LabelRules { get; init; }

    /// <summary>The licence of the data, as an SPDX expression or a link.</summary>
    public string? Licence { get; init; }
}

/// <summary>How far an upload is.</summary>
/// <param name="Id">Of the upload.</param>
/// <param name="Offset">How many bytes are safely stored: where the next part has to begin.</param>
/// <param name="Bytes">How many bytes the whole has.</param>
/// <param name="ImportId">The import that begins when all bytes are there.</param>
public sealed record Upload(string Id, long Offset, long Bytes, string ImportId)
{
    /// <summary>Whether all bytes are there, and the import has begun.</summary>
    [JsonIgnore]
    public bool IsComplete => Offset == Bytes;
}
