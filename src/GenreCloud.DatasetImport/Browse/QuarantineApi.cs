using System.ComponentModel;
using System.Net.Mime;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Look at what the import of a dataset version left out.</summary>
internal static class QuarantineApi
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static RouteGroupBuilder MapQuarantine(this RouteGroupBuilder datasets)
    {
        datasets.MapGet("/{name}/{version:int}/quarantine", ListAsync)
            .WithName("ListQuarantine")
            .WithSummary("What the import left out, and why; all, or page by page")
            .WithDescription(
                "The header X-Total-Count has the number of entries on all pages, and the header Link with rel=\"next\" the address of the next one.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/quarantine/content", GetContentAsync)
            .WithName("GetQuarantined")
            .WithSummary("A file that the import left out, as it lies in the archive, for as long as that is stored")
            .WithDescription("Of a damaged file as many bytes as come out of the archive. A picture that begins as PNG is answered as image/png, anything else as bytes.")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Image.Png, MediaTypeNames.Application.Octet)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return datasets;
    }

    private static async Task<Ok<IAsyncEnumerable<QuarantineEntry>>> ListAsync(
        string name,
        int version,
        HttpContext context,
        DatasetStore datasets,
        [Description("Only what was left out for this reason: badCrc, noLabel.")] string? reason,
        [Description("At most so many, 1 to 10000; all unless given.")] int? limit,
        [Description("After so many; 0 unless given.")] int? offset,
        CancellationToken cancellationToken)
    {
        var page = Page.Of(limit, offset);
        var dataset = await datasets.RequireAsync(name, version, cancellationToken);
        var counts = dataset.Manifest.Quarantined;
        PageHeaders.Write(context, page, reason is null ? counts.Values.Sum() : counts.GetValueOrDefault(reason));
        var entries = dataset.ReadQuarantineAsync(cancellationToken).Where(entry => reason is null || entry.Reason == reason).Skip(page.Offset);
        return TypedResults.Ok(page.Limit is { } most ? entries.Take(most) : entries);
    }

    private static async Task<FileContentHttpResult> GetContentAsync(
        string name,
        int version,
        DatasetStore datasets,
        QuarantinedFiles files,
        [Description("The name of the entry as the quarantine lists it.")] string? entry,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(entry))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "entry is missing", $"Name it as GET /api/datasets/{name}/{version}/quarantine does: ?entry=rock/a/abc.png.");
        }

        var dataset = await datasets.RequireAsync(name, version, cancellationToken);
        try
        {
            var content = await files.ReadAsync(dataset.Manifest, entry, cancellationToken);
            return TypedResults.File(content, content.AsSpan().StartsWith(PngSignature) ? MediaTypeNames.Image.Png : MediaTypeNames.Application.Octet);
        }
        catch (Exception exception) when (exception is ZipEntryException or ImportFailedException)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "The file does not come out of the archive", $"{entry}: {exception.Message}", exception);
        }
    }
}
