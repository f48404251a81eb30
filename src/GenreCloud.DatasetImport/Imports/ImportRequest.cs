using System.ComponentModel;
using GenreCloud.DatasetImport.Profiles;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>The body of <c>POST /api/imports</c>.</summary>
public sealed record ImportRequest
{
    internal const string LicenceDescription =
        "The licence of the data, as an SPDX expression (CC-BY-4.0) or a link; the manifest and the cards of models trained on it tell it.";

    [Description("The dataset to make a version of: lower-case letters, digits, - and _, at most 63.")]
    public string? Dataset { get; init; }

    [Description(ImportProfile.ParameterDescription)]
    public string? Profile { get; init; }

    [Description("The zip with the spectrograms.")]
    public ImportSource? Source { get; init; }

    [Description("The labels CSV, when it is not inside the zip.")]
    public ImportSource? Labels { get; init; }

    [Description(LabelRulesRequest.ParameterDescription)]
    public LabelRulesRequest? LabelRules { get; init; }

    [Description(LicenceDescription)]
    public string? Licence { get; init; }

    [Description("The zip's SHA-256 in hexadecimal; when given, another archive is refused.")]
    public string? Sha256 { get; init; }
}

/// <summary>Where a file comes from: exactly one of the two.</summary>
public sealed record ImportSource
{
    [Description("An http or https address.")]
    public string? Url { get; init; }

    [Description("A file on the service's own machine, where that is allowed.")]
    public string? Path { get; init; }
}
