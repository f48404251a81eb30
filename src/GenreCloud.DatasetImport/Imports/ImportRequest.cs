using System.ComponentModel;
using System.Text.Json.Serialization;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Sources;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>The body of <c>POST /api/imports</c>.</summary>
public sealed record ImportRequest
{
    internal const string LicenceDescription =
        "The licence of the data, as an SPDX expression (CC-BY-4.0) or a link; the manifest and the cards of models trained on it tell it.";

    internal const string AddDescription =
        "Whether the archives are added to the newest version of the dataset, which makes its next version; otherwise they alone make one. "
        + "What is in the newest version already is not added again.";

    [Description("The dataset to make a version of: lower-case letters, digits, - and _, at most 63.")]
    public string? Dataset { get; init; }

    [Description(ImportProfile.ParameterDescription)]
    public string? Profile { get; init; }

    [Description("The zip with the spectrograms.")]
    public ImportSource? Source { get; init; }

    [Description("Several zips that make one dataset, instead of source. Of pictures with one id, that of the first zip counts.")]
    public IReadOnlyList<ImportSource>? Sources { get; init; }

    [Description("The labels CSV, when it is not inside a zip.")]
    public ImportSource? Labels { get; init; }

    [Description(AddDescription)]
    public bool Add { get; init; }

    [Description(LabelRulesRequest.ParameterDescription)]
    public LabelRulesRequest? LabelRules { get; init; }

    [Description(LicenceDescription)]
    public string? Licence { get; init; }

    [Description("The SHA-256 of source in hexadecimal; when given, another archive is refused. Each of several sources has its own.")]
    public string? Sha256 { get; init; }
}

/// <summary>Where a file comes from: exactly one of them.</summary>
public sealed record ImportSource
{
    [Description("An http or https address, or a share link of Google Drive.")]
    public string? Url { get; init; }

    [Description("A file or a folder on the service's own machine, where that is allowed.")]
    public string? Path { get; init; }

    [Description("A blob of the service's own storage account as \"container/name\", or any blob's address with a signature.")]
    public string? Blob { get; init; }

    [Description("The id of an upload in parts.")]
    public string? Upload { get; init; }

    [Description("The file's SHA-256 in hexadecimal; when given, another file is refused.")]
    public string? Sha256 { get; init; }

    /// <summary>What to call it in a message; no secrets.</summary>
    [JsonIgnore]
    internal string Name => SourceAddress.WithoutSecrets(Url ?? Blob ?? Path ?? $"upload {Upload}");

    /// <summary>The same without secrets, fit for logs and answers.</summary>
    public ImportSource WithoutSecrets() => this with
    {
        Url = Url is null ? null : SourceAddress.WithoutSecrets(Url),
        Blob = Blob is null ? null : SourceAddress.WithoutSecrets(Blob),
    };
}
