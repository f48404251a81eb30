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
        imports.MapGet("/{id}/events", FollowAsync)
            .WithName("FollowImport")
            .WithSummary("An import's progress as it comes, as server-sent events")
            .WithDescription("Events: progress whenever the import moved, end with the import.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        imports.MapPost("/{id}/retry", RetryAsync)
            .WithName("RetryImport")
            .WithSummary("Have a failed or cancelled import go on from what there is of it")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        imports.MapDelete("/{id}", CancelAsync)
            .WithName("CancelImport")
            .WithSummary("Cancel an import; it makes no dataset version")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static Task<Accepted<Import>> StartAsync(
        ImportRequest request, ImportIntake intake, SourceOpener sources, CancellationToken cancellationToken) =>
        AcceptAsync(Check(request, intake, sources), intake, cancellationToken);

    /// <summary>The import that a request asks for, not yet accepted.</summary>
    /// <exception cref="ProblemException">The request is wrong.</exception>
    internal static Import Check(ImportRequest request, ImportIntake intake, SourceOpener sources)
    {
        var wanted = CheckSources(request);
        foreach (var source in wanted)
        {
            if (sources.Check(source) is { } wrongSource)
            {
                throw Invalid("The source cannot be imported", $"{(request.Sources is null ? "source" : "sources")}: {wrongSource}.");
            }
        }

        if (request.Labels is not null && sources.Check(request.Labels) is { } wrongLabels)
        {
            throw Invalid("The labels cannot be imported", $"labels: {wrongLabels}.");
        }

        if (wanted.Append(request.Labels).Any(source => source?.Sha256 is { } sha256 && !(sha256.Length == 64 && sha256.All(char.IsAsciiHexDigit))))
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
            Sources = wanted,
            Labels = request.Labels,
            Add = request.Add,
            Licence = CheckLicence(request.Licence),
        };
    }

    private static async Task<Accepted<Import>> UploadAsync(
        HttpRequest request,
        ImportIntake intake,
        SourceStaging staging,
        [Description("The dataset to make a version of.")] string? dataset,
        [Description(ImportProfile.ParameterDescription)] string? profile,
        [Description(LabelRulesRequest.ParameterDescription)] string? labelRules,
        [Description(ImportRequest.AddDescription)] bool? add,
        [Description(ImportRequest.LicenceDescription)] string? licence,
        CancellationToken cancellationToken)
    {
        var import = intake.New(CheckDataset(dataset), CheckProfile(profile, () => LabelRulesRequest.Parse(labelRules))) with
        {
            Add = add ?? false, Licence = CheckLicence(licence),
        };
        try
        {
            var upload = new OpenedSource(request.Body, request.ContentLength, "The body", null, null);
            import = import with { StagedArchives = [await staging.StageArchiveAsync(upload, _ => { }, cancellationToken)] };
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
        TypedResults.Ok((await FindAsync(id, imports, cancellationToken)).WithoutSecrets());

    private static async Task<ServerSentEventsResult<object>> FollowAsync(
        string id, ImportStore imports, TimeProvider time, CancellationToken cancellationToken)
    {
        await FindAsync(id, imports, cancellationToken);
        return TypedResults.ServerSentEvents(JobEvents.FollowAsync(
            imports, id, import => new ImportStep(import.Status, import.Progress), newsOf: null, import => import.WithoutSecrets(), time, cancellationToken));
    }

    private static async Task<Accepted<Import>> RetryAsync(
        string id, ImportStore imports, WorkQueue<ImportMessage> queue, CancellationToken cancellationToken)
    {
        await FindAsync(id, imports, cancellationToken);
        var import = await imports.RetryAsync(id, queue, cancellationToken);
        return import.Status == ImportStatus.Queued
            ? TypedResults.Accepted($"/api/imports/{id}", import.WithoutSecrets())
            : throw new ProblemException(
                StatusCodes.Status409Conflict,
                "The import cannot be retried",
                import.HasEnded ? $"Import {id} is completed: its result is version {import.Version} of {import.Dataset}." : $"Import {id} is under way.");
    }

    private static async Task<Ok<Import>> CancelAsync(string id, ImportStore imports, CancellationToken cancellationToken)
    {
        await FindAsync(id, imports, cancellationToken);
        var import = await imports.CancelAsync(id, cancellationToken);
        return import.Status == ImportStatus.Cancelled
            ? TypedResults.Ok(import.WithoutSecrets())
            : throw new ProblemException(StatusCodes.Status409Conflict, "The import cannot be cancelled", $"Import {id} has ended: {import.Status}.");
    }

    private static async Task<Import> FindAsync(string id, ImportStore imports, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(id, "n", out _) ? await imports.FindAsync(id, cancellationToken) : null)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown import", $"There is no import {id}. GET /api/imports lists them.");

    private static async Task<Accepted<Import>> AcceptAsync(Import import, ImportIntake intake, CancellationToken cancellationToken)
    {
        await intake.AcceptAsync(import, cancellationToken);
        return TypedResults.Accepted($"/api/imports/{import.Id}", import.WithoutSecrets());
    }

    private static ImportSource[] CheckSources(ImportRequest request) => request switch
    {
        { Source: not null, Sources: not null } => throw Invalid("The source cannot be imported", "Give source or sources, not both."),
        { Sources: { } several, Sha256: null } when several.Count > 0 => [.. several],
        { Sources: { Count: > 0 } } => throw Invalid("sha256 is malformed", "It is that of source. Give each of several sources its own."),
        { Sources: not null } => throw Invalid("The source cannot be imported", "sources: name at least one zip."),
        { Sha256: { } sha256, Source: { } source } => [source with { Sha256 = sha256 }],
        _ => [request.Source!],
    };

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

    /// <summary>Where an import stands: what an event <c>progress</c> tells.</summary>
    private sealed record ImportStep(ImportStatus Status, ImportProgress Progress);

    /// <summary>The server's limit of 30 MB is for small requests; uploads have their own, counted as they come.</summary>
    private sealed class UnlimitedBody : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
