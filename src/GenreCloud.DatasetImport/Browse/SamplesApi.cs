using System.ComponentModel;
using System.Globalization;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Look through the samples of a dataset version.</summary>
internal static class SamplesApi
{
    /// <summary>How many samples there are on all pages.</summary>
    public const string TotalHeader = "X-Total-Count";

    /// <summary>A year, the longest that HTTP/1.1 knows: a picture of a version never changes, and no other one gets its address.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

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
        [Description("At most so many, 1 to 10000; all unless given.")] int? limit,
        [Description("After so many; 0 unless given.")] int? offset,
        CancellationToken cancellationToken)
    {
        var page = Page.Of(limit, offset);
        var opened = await OpenAsync(name, version, tables, cancellationToken);
        var filter = new SampleFilter(label, artist, text);
        IReadOnlyList<Sample> matching = filter == new SampleFilter(null, null, null) ? opened.Samples : [.. opened.Samples.Where(filter.Takes)];
        context.Response.Headers[TotalHeader] = matching.Count.ToString(CultureInfo.InvariantCulture);
        if (page.Next(matching.Count) is { } next)
        {
            context.Response.Headers.Link = $"<{AddressOf(context.Request, next)}>; rel=\"next\"";
        }

        return TypedResults.Ok(page.Take(matching));
    }

    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult>> GetSpectrogramAsync(
        string name, int version, string id, HttpContext context, SampleTables tables, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(name, version, tables, cancellationToken);
        var sample = opened.Find(id) ?? throw UnknownDataset.Problem($"sample {id} in {name} version {version}");

        // The bytes behind an address never change, so what is known of them without reading them will do.
        var etag = new EntityTagHeaderValue($"\"{sample.PixelsSha256}\"");
        context.Response.Headers.CacheControl = Immutable;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(etag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
        {
            context.Response.GetTypedHeaders().ETag = etag;
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        try
        {
            return TypedResults.File(await opened.Dataset.ReadPngAsync(sample, cancellationToken), "image/png", entityTag: etag);
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

    /// <summary>The request's own address with another offset.</summary>
    private static string AddressOf(HttpRequest request, int offset)
    {
        var query = request.Query.Where(parameter => !parameter.Key.Equals("offset", StringComparison.OrdinalIgnoreCase))
            .Append(KeyValuePair.Create("offset", new StringValues(offset.ToString(CultureInfo.InvariantCulture))));
        return QueryHelpers.AddQueryString(request.PathBase.Add(request.Path).ToUriComponent(), query);
    }
}
