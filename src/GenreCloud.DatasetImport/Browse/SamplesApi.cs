using System.ComponentModel;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Look through the samples of a dataset version.</summary>
internal static class SamplesApi
{
    /// <summary>A year, the longest that HTTP/1.1 knows: a picture of a version never changes, and no other one gets its address.</summary>
    private const string Immutable = "max-age=31536000, immutable";

    public static RouteGroupBuilder MapSamples(this RouteGroupBuilder datasets)
    {
        datasets.MapGet("/{name}/{version:int}/samples", ListAsync)
            .WithName("ListSamples")
            .WithSummary("The samples of a version, in the order of the shards; all, or page by page")
            .WithDescription(
                "The header X-Total-Count has the number of samples on all pages, and the header Link with rel=\"next\" the address of the next one. "
                + "A version never changes: nor do its pages.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/samples/{id}.png", GetSpectrogramAsync)
            .WithName("GetSpectrogram").WithSummary("The spectrogram of a sample").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/samples/{id}/thumbnail.png", GetThumbnailAsync)
            .WithName("GetThumbnail").WithSummary("The spectrogram of a sample, small, for lists: 323 x 64").ProducesProblem(StatusCodes.Status404NotFound);
        return datasets;
    }

    private static async Task<Ok<IReadOnlyList<Sample>>> ListAsync(
        string name,
        int version,
        HttpContext context,
        SampleTables tables,
        [Description("Only samples of this genre.")] string? label,
        [Description("Only samples by this artist.")] string? artist,
        [Description("Only samples with this in their id, title, collection or artists.")] string? text,
        [Description("Only samples with this flag: constant, silent or nearDuplicate.")] string? flag,
        [Description("At most so many, 1 to 10000; all unless given.")] int? limit,
        [Description("After so many; 0 unless given.")] int? offset,
        CancellationToken cancellationToken)
    {
        var page = Page.Of(limit, offset);
        var opened = await OpenAsync(name, version, tables, cancellationToken);
        var filter = new SampleFilter(label, artist, text, flag);
        IReadOnlyList<Sample> matching = filter == new SampleFilter(null, null, null, null) ? opened.Samples : [.. opened.Samples.Where(filter.Takes)];
        PageHeaders.Write(context, page, matching.Count);
        return TypedResults.Ok(page.Take(matching));
    }

    private static Task<Results<FileContentHttpResult, StatusCodeHttpResult>> GetSpectrogramAsync(
        string name,
        int version,
        string id,
        HttpContext context,
        SampleTables tables,
        DatasetStore datasets,
        IOptions<AccessOptions> access,
        CancellationToken cancellationToken) =>
        GetPictureAsync(name, version, id, png => png, context, tables, datasets, access, cancellationToken);

    private static Task<Results<FileContentHttpResult, StatusCodeHttpResult>> GetThumbnailAsync(
        string name,
        int version,
        string id,
        HttpContext context,
        SampleTables tables,
        DatasetStore datasets,
        IOptions<AccessOptions> access,
        CancellationToken cancellationToken) =>
        GetPictureAsync(name, version, id, Thumbnail.Of, context, tables, datasets, access, cancellationToken);

    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult>> GetPictureAsync(
        string name,
        int version,
        string id,
        Func<byte[], byte[]> picture,
        HttpContext context,
        SampleTables tables,
        DatasetStore datasets,
        IOptions<AccessOptions> access,
        CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(name, version, tables, cancellationToken);
        var sample = opened.Find(id) ?? throw UnknownDataset.Problem($"sample {id} in {name} version {version}");

        // The bytes behind an address never change, so what is known of them without reading them will do.
        var etag = new EntityTagHeaderValue($"\"{sample.PixelsSha256}\"");

        // What only some may see, a cache that all share must not keep.
        context.Response.Headers.CacheControl = $"{(access.Value.RequireAuthentication ? "private" : "public")}, {Immutable}";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(etag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
        {
            context.Response.GetTypedHeaders().ETag = etag;
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        try
        {
            return TypedResults.File(picture(await opened.Dataset.ReadPngAsync(sample, cancellationToken)), "image/png", entityTag: etag);
        }
        catch (DatasetException)
        {
            context.Response.Headers.CacheControl = default;
            if (await datasets.FindAsync(name, version, cancellationToken) is null)
            {
                // Deleted since it was opened.
                throw UnknownDataset.Problem($"dataset {name} version {version}");
            }

            throw;
        }
    }

    private static async Task<OpenedSamples> OpenAsync(string name, int version, SampleTables tables, CancellationToken cancellationToken) =>
        await tables.OpenAsync(name, version, cancellationToken) ?? throw UnknownDataset.Problem($"dataset {name} version {version}");
}
