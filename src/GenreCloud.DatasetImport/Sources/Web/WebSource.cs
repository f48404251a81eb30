using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GenreCloud.DatasetImport.Imports;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Finds out what is behind a link, and how it can be read.</summary>
internal sealed class WebSource(SourceHttp http, IOptions<DatasetImportOptions> options, SourceTuning tuning, TimeProvider time)
{
    /// <summary>Pages that stand before a file on Google Drive: the warning, and one more in case it comes again.</summary>
    private const int MaxPages = 2;

    /// <summary>Opens a file to be read by range where its host can do that, else as one stream.</summary>
    /// <param name="link">What to open.</param>
    /// <param name="isBlob">Whether it is a blob with a signature, which the storage service can read itself.</param>
    /// <exception cref="SourceInterruptedException">It may be there when it is asked again.</exception>
    /// <exception cref="ImportFailedException">It is not there, not a zip, or the host refuses it.</exception>
    public async Task<OpenedWebSource> OpenAsync(WebLink link, bool isBlob, CancellationToken cancellationToken)
    {
        var cookies = new CookieContainer();
        var response = await AskAsync(link, link.Address, cookies, (0, ArchiveSignature.Length - 1), cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == 0)
            {
                ArchiveSignature.Require([], link.Shown);
            }

            if (response.StatusCode == HttpStatusCode.PartialContent && FileOf(link, response) is { } file)
            {
                ArchiveSignature.Require(await ReadAsync(response, ArchiveSignature.Length, link, cancellationToken), link.Shown);
                var address = response.RequestMessage!.RequestUri!;
                response.Dispose();
                return new OpenedWebSource(new WebRanges(http, options, tuning, time, file, address, cookies, isBlob), null);
            }

            if (response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                var address = response.RequestMessage!.RequestUri!;
                response.Dispose();
                response = await AskAsync(link, address, cookies, range: null, cancellationToken);
            }

            return new OpenedWebSource(null, await StreamOfAsync(link, response, cancellationToken));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file as one stream.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public async Task<OpenedSource> OpenStreamAsync(WebLink link, CancellationToken cancellationToken) =>
        await StreamOfAsync(link, await AskAsync(link, link.Address, new CookieContainer(), range: null, cancellationToken), cancellationToken);

    /// <summary>A strong ETag, or else when it was last modified: what If-Range takes (RFC 9110, section 13.1.5); null for neither.</summary>
    public static RangeConditionHeaderValue? ValidatorOf(HttpResponseMessage response) => response switch
    {
        { Headers.ETag: { IsWeak: false } etag } => new RangeConditionHeaderValue(etag),
        { Content.Headers.LastModified: { } modified } => new RangeConditionHeaderValue(modified),
        _ => null,
    };

    /// <summary>Null for one that cannot be read by range: of unknown length, or not told from its successor.</summary>
    private static SourceFile? FileOf(WebLink link, HttpResponseMessage response) =>
        response.Content.Headers.ContentRange is { From: 0, Length: { } length } && ValidatorOf(response) is { } validator
            ? new SourceFile(link.Identity, validator.ToString(), length, link.Shown, FileNameOf(response), link.Shown)
            : null;

    private static string? FileNameOf(HttpResponseMessage response)
    {
        var disposition = response.Content.Headers.ContentDisposition;
        var name = disposition?.FileNameStar ?? disposition?.FileName?.Trim('"') ?? Path.GetFileName(response.RequestMessage!.RequestUri!.AbsolutePath);
        return name.Length > 0 ? name : null;
    }

    private static async Task<OpenedSource> StreamOfAsync(WebLink link, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Disposing the content ends the response too.
        var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var validator = ValidatorOf(response)?.ToString();
        return new OpenedSource(content, response.Content.Headers.ContentLength, link.Shown, FileNameOf(response), link.Shown) { Validator = validator };
    }

    private static bool IsPage(HttpResponseMessage response) =>
        response.Content.Headers is { ContentType.MediaType: "text/html", ContentDisposition: null } && response.StatusCode != HttpStatusCode.PartialContent;

    /// <summary>The answer with the file; behind the pages, where there are some.</summary>
    private async Task<HttpResponseMessage> AskAsync(
        WebLink link, Uri address, CookieContainer cookies, (long First, long Last)? range, CancellationToken cancellationToken)
    {
        for (var pages = 0; ; pages++)
        {
            var response = await http.GetAsync(address, cookies, range, ifRange: null, cancellationToken);
            if (link.IsDrive && response.RequestMessage!.RequestUri!.AbsolutePath.Contains("ServiceLogin", StringComparison.OrdinalIgnoreCase))
            {
                response.Dispose();
                throw DrivePage.NotShared(link.Shown);
            }

            if (link.IsDrive && pages < MaxPages && IsPage(response))
            {
                using (response)
                {
                    var page = Encoding.UTF8.GetString(await ReadAsync(response, DrivePage.MaxBytes, link, cancellationToken));
                    address = DrivePage.NextOf(page, response.RequestMessage!.RequestUri!, link.Shown);
                    continue;
                }
            }

            if (response.IsSuccessStatusCode || (range is not null && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
            {
                return response;
            }

            using (response)
            {
                throw new ImportFailedException(
                    "The source is refused",
                    $"{link.Shown} answers {(int)response.StatusCode} {response.ReasonPhrase}. Check the address, and that it needs no login. "
                    + "A signed address may have expired: import again with a fresh one, which goes on from what is staged.");
            }
        }
    }

    /// <summary>The beginning of an answer.</summary>
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, WebLink link, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBytes];
        var length = 0;
        int read;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (length < buffer.Length
                && (read = await SilenceLimit.ReadAsync(body, buffer.AsMemory(length), options.Value.SourceTimeout, time, cancellationToken)) > 0)
            {
                length += read;
            }

            return buffer[..length];
        }
        catch (IOException exception)
        {
            throw new SourceInterruptedException("The source broke off", $"{link.Shown}, at its beginning: {exception.Message}");
        }
    }
}

/// <summary>A file of a host: one of the two.</summary>
internal sealed record OpenedWebSource(IRangeSource? Ranges, OpenedSource? Stream);
