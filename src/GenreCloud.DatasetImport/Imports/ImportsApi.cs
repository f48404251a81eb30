using System.ComponentModel;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Start an import, follow it.</summary>
internal static class ImportsApi
{
    private const int MaxLicenceLength = 500;

    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder app)
    {
        var imports = app.MapGroup("/api/imports").WithTags("Imports");
        imports.MapPost("/", StartAsync)
            .WithName("StartImport")
            .WithSummary("Import a zip of spectrograms by path, URL, blob or upload")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        imports.MapPut("/upload", UploadAsync)
            .WithName("UploadImport")
            .WithSummary("Import a zip of spectrograms that is the body")
            .Accepts<byte[]>("application/zip", "application/octet-stream")
            .WithMetadata(new UnlimitedBody())
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        imports.MapGet("/", ListAsync).WithName("ListImports").WithSummary("List the imports, the newest first");
        imports.MapGet("/{id}", GetAsync)
            .WithName("GetImport").WithSummary("An import: how far it is, its result").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static Task<Accepted<Import>> StartAsync(
        ImportRequest request, ImportIntake intake, SourceOpener sources, CancellationToken cancellationToken) =>
        AcceptAsync(Check(request, intake, sources), intake, cancellationToken);

    /// <summary>The import that a request asks for, not yet accepted.</summary>
    /// <exception cref="ProblemException">The request is wrong.</exception>
    internal static Import Check(ImportRequest request, ImportIntake intake, SourceOpener sources)
    {
        if (sources.Check(request.Source) is { } wrongSource)
        {
            throw Invalid("The source cannot be imported", $"source: {wrongSource}.");
        }

        if (request.Labels is not null && sources.Check(request.Labels) is { } wrongLabels)
        {
            throw Invalid("The labels cannot be imported", $"labels: {wrongLabels}.");
        }

        if (request.Sha256 is { } sha256 && !(sha256.Length == 64 && sha256.All(char.IsAsciiHexDigit)))
        {
            throw Invalid("sha256 is malformed", "Give 64 hexadecimal digits, or leave it out.");
        }

        var profile = CheckProfile(request.Profile, () => request.LabelRules);
        if (request.Labels is not null && profile.LabelRules is null)
        {
            throw Invalid("The labels cannot be imported", $"Profile {profile.Name} reads no labels CSV. Leave labels out.");
        }

        return intake.New(CheckDataset(request.Dataset), profile) with
        {
            Source = request.Source,
            Labels = request.Labels,
            Licence = CheckLicence(request.Licence),
            ExpectedSha256 = request.Sha256?.ToLowerInvariant(),
        };
    }

    private static async Task<Accepted<Import>> UploadAsync(
        HttpRequest request,
        ImportIntake intake,
        SourceStaging staging,
        [Description("The dataset to make a version of.")] string? dataset,
        [Description(ImportProfile.ParameterDescription)] string? profile,
        [Description(LabelRulesRequest.ParameterDescription)] string? labelRules,
        [Description(ImportRequest.LicenceDescription)] string? licence,
        CancellationToken cancellationToken)
    {
        var import = intake.New(CheckDataset(dataset), CheckProfile(profile, () => LabelRulesRequest.Parse(labelRules))) with { Licence = CheckLicence(licence) };
        try
        {
            var upload = new OpenedSource(request.Body, request.ContentLength, "The body", null, null);
            import = import with { StagedArchive = await staging.StageArchiveAsync(upload, _ => { }, cancellationToken) };
        }
        catch (ImportFailedException exception)
        {
            throw Invalid(exception.Title, exception.Detail);
        }
        catch (UploadTooLargeException exception)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "The archive is too large", $"At most {exception.MaxBytes:N0} bytes are taken (DatasetImport:MaxSourceBytes).");
        }

        return await AcceptAsync(import, intake, cancellationToken);
    }

    private static async Task<Ok<IReadOnlyList<Import>>> ListAsync(ImportStore imports, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<Import>>([.. (await imports.ListAsync(cancellationToken)).Select(import => import.WithoutSecrets())]);

    private static async Task<Ok<Import>> GetAsync(string id, ImportStore imports, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            (Guid.TryParseExact(id, "n", out _) ? await imports.FindAsync(id, cancellationToken) : null)?.WithoutSecrets()
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown import", $"There is no import {id}. GET /api/imports lists them."));

    private static async Task<Accepted<Import>> AcceptAsync(Import import, ImportIntake intake, CancellationToken cancellationToken)
    {
        await intake.AcceptAsync(import, cancellationToken);
        return TypedResults.Accepted($"/api/imports/{import.Id}", import.WithoutSecrets());
    }

    private static string CheckDataset(string? dataset) =>
        dataset is not null && DatasetName.IsValid(dataset)
            ? dataset
            : throw Invalid("The dataset's name cannot be used", $"dataset is \"{dataset}\": {DatasetName.Rule}");

    private static string? CheckLicence(string? licence) =>
        licence is null || (licence.Length <= MaxLicenceLength && !string.IsNullOrWhiteSpace(licence) && !licence.Any(char.IsControl))
            ? licence?.Trim()
            : throw Invalid(
                "licence is malformed", $"Give an SPDX expression such as CC-BY-4.0, or a link, in one line of at most {MaxLicenceLength} characters; or leave it out.");

    private static ImportProfile CheckProfile(string? profile, Func<LabelRulesRequest?> rules)
    {
        try
        {
            return ImportProfile.Named(profile).With(rules());
        }
        catch (ImportFailedException exception)
        {
            throw Invalid(exception.Title, exception.Detail);
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    /// <summary>The server's limit of 30 MB is for small requests; uploads have their own, counted as they come.</summary>
    private sealed class UnlimitedBody : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
