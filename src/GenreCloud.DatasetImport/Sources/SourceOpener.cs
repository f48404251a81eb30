using System.Net;
using GenreCloud.DatasetImport.Imports;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Opens what an import request names as a source.</summary>
internal sealed class SourceOpener(HttpClient http, IOptions<DatasetImportOptions> options)
{
    /// <summary>Checks without reading anything that a source is one that may be opened; returns what is wrong with it.</summary>
    public string? Check(ImportSource? source) => source switch
    {
        null or { Url: null, Path: null } => "name the file with \"path\" or \"url\"",
        { Url: not null, Path: not null } => "name the file with \"path\" or \"url\", not both",
        { Url: { } url } => IsHttp(url) ? null : $"{url} is not an http or https address",
        { Path: { } path } when !options.Value.AllowLocalPaths =>
            $"{path} is a local path, which this service does not open (DatasetImport:AllowLocalPaths); upload the zip instead: PUT /api/imports/upload",
        { Path: { } path } when File.Exists(path) => null,
        { Path: { } path } => $"there is no file \"{path}\" on this service's machine (a relative path starts at {Environment.CurrentDirectory})",
    };

    /// <exception cref="ImportFailedException">It is not there, or the host refuses it.</exception>
    public async Task<OpenedSource> OpenAsync(ImportSource source, CancellationToken cancellationToken)
    {
        if (Check(source) is { } wrong)
        {
            throw new ImportFailedException("The source cannot be opened", $"{char.ToUpperInvariant(wrong[0])}{wrong[1..]}.");
        }

        return source.Url is { } url ? await OpenUrlAsync(new Uri(url), cancellationToken) : OpenPath(Path.GetFullPath(source.Path!));
    }

    private static bool IsHttp(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static OpenedSource OpenPath(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return new OpenedSource(file, file.Length, path, Path.GetFileName(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImportFailedException("The source cannot be opened", exception.Message);
        }
    }

    private async Task<OpenedSource> OpenUrlAsync(Uri url, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ImportFailedException(
                "The source cannot be reached", $"{url}: {exception.Message} Check the address, and that this service's machine reaches that host.");
        }
        catch (TimeoutRejectedException)
        {
            throw new ImportFailedException(
                "The source does not answer",
                $"{url} sent nothing for {options.Value.SourceTimeout.TotalSeconds:N0} seconds (DatasetImport:SourceTimeout). Try again later, or download it and give the file.");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            using (response)
            {
                throw new ImportFailedException(
                    "The source is refused", $"{url} answers {(int)response.StatusCode} {response.ReasonPhrase}. Check the address, and that it needs no login.");
            }
        }

        // Disposing the content ends the response too.
        var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var fileName = response.Content.Headers.ContentDisposition?.FileNameStar
            ?? response.Content.Headers.ContentDisposition?.FileName?.Trim('"')
            ?? Path.GetFileName(url.AbsolutePath);
        return new OpenedSource(
            content, response.Content.Headers.ContentLength, url.AbsoluteUri, fileName.Length > 0 ? fileName : null, url.AbsoluteUri);
    }
}
