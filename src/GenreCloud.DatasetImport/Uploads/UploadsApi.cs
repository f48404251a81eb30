using System.Globalization;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Uploads;

/// <summary>
/// Upload a zip in parts, which survives whatever happens between them: PATCH and HEAD of tus 1.0 (https://tus.io), with an upload
/// that is created by JSON. The last part starts the import.
/// </summary>
internal static class UploadsApi
{
    private const string OffsetHeader = "Upload-Offset";
    private const string LengthHeader = "Upload-Length";

    public static IEndpointRouteBuilder MapUploads(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/api/uploads").WithTags("Uploads")
            .WithProblem<UploadBusyException>(StatusCodes.Status423Locked, "The upload is busy")
            .WithProblem<TooManyPartsException>(StatusCodes.Status400BadRequest, "The upload has too many parts")
            .WithProblem<PartTooLongException>(StatusCodes.Status413PayloadTooLarge, "The part is too long");
        uploads.MapPost("/", CreateAsync)
            .WithName("CreateUpload")
            .WithSummary("Begin to upload a zip of spectrograms in parts")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        uploads.MapGet("/{id}", GetAsync)
            .WithName("GetUpload").WithSummary("How many bytes of an upload are stored").ProducesProblem(StatusCodes.Status404NotFound);
        uploads.MapMethods("/{id}", [HttpMethods.Head], HeadAsync)
            .WithName("HeadUpload").WithSummary("How many bytes of an upload are stored, in the header Upload-Offset").ExcludeFromDescription();
        uploads.MapPatch("/{id}", AppendAsync)
            .WithName("AppendToUpload")
            .WithSummary("Store the next part of an upload; the last one starts the import")
            .Accepts<byte[]>("application/offset+octet-stream")
            .WithMetadata(new UnlimitedBody())
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status423Locked);
        uploads.MapDelete("/{id}", DeleteAsync)
            .WithName("DeleteUpload")
            .WithSummary("Discard an upload that is not complete")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Created<UploadProgress>> CreateAsync(
        UploadRequest request,
        HttpResponse response,
        ImportIntake intake,
        SourceOpener sources,
        UploadStore uploads,
        IOptions<DatasetImportOptions> options,
        CancellationToken cancellationToken)
    {
        if (request.Bytes < ArchiveSignature.MinLength)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "The size cannot be that of a zip", $"bytes is {request.Bytes}: give the size of the whole zip.");
        }

        if (request.Bytes > options.Value.MaxSourceBytes)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "The archive is too large", $"At most {options.Value.MaxSourceBytes:N0} bytes are taken (DatasetImport:MaxSourceBytes).");
        }

        var id = Guid.NewGuid().ToString("n");
        var import = ImportsApi.Check(
            new ImportRequest
            {
                Dataset = request.Dataset,
                Profile = request.Profile,
                Source = new ImportSource { Upload = id },
                Labels = request.Labels,
                Add = request.Add,
                LabelRules = request.LabelRules,
                Licence = request.Licence,
                Sha256 = request.Sha256,
            },
            intake,
            sources);
        var upload = new Upload { Id = id, Bytes = request.Bytes, FileName = request.FileName, Import = import };
        await uploads.CreateAsync(upload, cancellationToken);
        return TypedResults.Created($"/api/uploads/{id}", Tell(response, upload, offset: 0));
    }

    private static async Task<Ok<UploadProgress>> GetAsync(
        string id, HttpResponse response, UploadStore uploads, UploadIntake intake, CancellationToken cancellationToken)
    {
        var upload = await RequireAsync(id, uploads, cancellationToken);
        return TypedResults.Ok(Tell(response, upload, await intake.ReachAsync(upload, cancellationToken)));
    }

    private static async Task<Ok> HeadAsync(string id, HttpResponse response, UploadStore uploads, UploadIntake intake, CancellationToken cancellationToken)
    {
        var upload = await RequireAsync(id, uploads, cancellationToken);
        Tell(response, upload, await intake.ReachAsync(upload, cancellationToken));
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok();
    }

    private static async Task<NoContent> AppendAsync(
        string id, HttpRequest request, HttpResponse response, UploadStore uploads, UploadIntake intake, CancellationToken cancellationToken)
    {
        var upload = await RequireAsync(id, uploads, cancellationToken);
        if (!long.TryParse(request.Headers[OffsetHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "The offset is missing", $"Give the header {OffsetHeader}: how many bytes are before this part, as HEAD answers it.");
        }

        try
        {
            await uploads.AppendAsync(upload, offset, request.Body, cancellationToken);
        }
        catch (WrongOffsetException exception)
        {
            // The headers of an answer are cleared when it becomes problem details; the detail has the offset too.
            throw new ProblemException(StatusCodes.Status409Conflict, "The part begins elsewhere", exception.Message);
        }
        catch (ImportFailedException exception)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, exception.Title, exception.Detail);
        }

        var progress = Tell(response, upload, await intake.ReachAsync(upload, cancellationToken));
        if (progress.Offset == progress.Bytes)
        {
            response.Headers.Location = $"/api/imports/{upload.Import.Id}";
        }

        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(string id, UploadStore uploads, UploadIntake intake, CancellationToken cancellationToken)
    {
        var upload = await RequireAsync(id, uploads, cancellationToken);
        if (await intake.ReachAsync(upload, cancellationToken) == upload.Bytes)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, "The upload is complete", $"Its import has begun: /api/imports/{upload.Import.Id}.");
        }

        await uploads.DeleteAsync(upload, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Upload> RequireAsync(string id, UploadStore uploads, CancellationToken cancellationToken) =>
        await uploads.FindAsync(id, cancellationToken)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown upload", $"There is no upload {id}. POST /api/uploads begins one.");

    private static UploadProgress Tell(HttpResponse response, Upload upload, long offset)
    {
        response.Headers[OffsetHeader] = offset.ToString(CultureInfo.InvariantCulture);
        response.Headers[LengthHeader] = upload.Bytes.ToString(CultureInfo.InvariantCulture);
        return new UploadProgress(upload.Id, offset, upload.Bytes, upload.Import.Id);
    }

    /// <summary>A part may be as long as the upload, which has its own limit.</summary>
    private sealed class UnlimitedBody : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
