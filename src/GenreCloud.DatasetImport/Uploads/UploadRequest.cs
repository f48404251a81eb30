using System.ComponentModel;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Profiles;

namespace GenreCloud.DatasetImport.Uploads;

/// <summary>The body of <c>POST /api/uploads</c>.</summary>
public sealed record UploadRequest
{
    [Description("The dataset to make a version of: lower-case letters, digits, - and _, at most 63.")]
    public string? Dataset { get; init; }

    [Description(ImportProfile.ParameterDescription)]
    public string? Profile { get; init; }

    [Description("How many bytes the zip has.")]
    public long Bytes { get; init; }

    [Description("The zip's SHA-256 in hexadecimal; when given, another archive is refused.")]
    public string? Sha256 { get; init; }

    [Description("The name of the file.")]
    public string? FileName { get; init; }

    [Description("The labels CSV, when it is not inside the zip.")]
    public ImportSource? Labels { get; init; }

    [Description(ImportRequest.AddDescription)]
    public bool Add { get; init; }

    [Description(LabelRulesRequest.ParameterDescription)]
    public LabelRulesRequest? LabelRules { get; init; }

    [Description(ImportRequest.LicenceDescription)]
    public string? Licence { get; init; }
}

/// <summary>How far an upload is.</summary>
/// <param name="Id">Of the upload.</param>
/// <param name="Offset">How many bytes are safely stored: where the next part has to begin.</param>
/// <param name="Bytes">How many bytes the whole has.</param>
/// <param name="ImportId">The import that begins when all bytes are there; <c>/api/imports/{id}</c> from then on.</param>
public sealed record UploadProgress(string Id, long Offset, long Bytes, string ImportId);
