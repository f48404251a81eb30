using System.Net;
using GenreCloud.DatasetImport.Imports;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Tells which sources may be opened.</summary>
internal sealed class SourceOpener(IOptions<DatasetImportOptions> options, SourceTuning tuning)
{
    /// <summary>A container's name (3 to 63 characters) and a blob's.</summary>
    private const int MinBlobPath = 5;

    /// <summary>Checks without reading anything that a source is one that may be opened; returns what is wrong with it.</summary>
    public string? Check(ImportSource? source)
    {
        string?[] given = [source?.Url, source?.Path, source?.Blob, source?.Upload];
        return given.Count(value => value is not null) switch
        {
            0 => "name the file with \"path\" or \"url\" (or \"blob\", or \"upload\")",
            > 1 => "name the file with \"path\" or \"url\" (or \"blob\", or \"upload\"), not both",
            _ => source switch
            {
                { Url: { } url } => CheckUrl(url),
                { Path: { } path } => CheckPath(path),
                { Blob: { } blob } => CheckBlob(blob),
                _ => Guid.TryParseExact(source!.Upload, "n", out _) ? null : $"{source.Upload} is not the id of an upload (POST /api/uploads)",
            },
        };
    }

    /// <exception cref="ImportFailedException">It may not be opened.</exception>
    public void Require(ImportSource source)
    {
        if (Check(source) is { } wrong)
        {
            throw new ImportFailedException("The source cannot be opened", $"{char.ToUpperInvariant(wrong[0])}{wrong[1..]}.");
        }
    }

    private string? CheckUrl(string url)
    {
        var shown = SourceAddress.WithoutSecrets(url);
        return !SourceAddress.IsHttp(url) ? $"{shown} is not an http or https address"
            : !options.Value.AllowPrivateAddresses && IPAddress.TryParse(new Uri(url).DnsSafeHost, out var ip) && !tuning.MayConnectTo(ip)
                ? $"{shown} is an address of this machine or of a private network, which this service does not open (DatasetImport:AllowPrivateAddresses)"
            : null;
    }

    private string? CheckPath(string path) =>
        !options.Value.AllowLocalPaths
            ? $"{path} is a local path, which this service does not open (DatasetImport:AllowLocalPaths); upload the zip instead: PUT /api/imports/upload"
        : File.Exists(path) || Directory.Exists(path) ? null
        : $"there is no file \"{path}\" on this service's machine (a relative path starts at {Environment.CurrentDirectory})";

    private string? CheckBlob(string blob)
    {
        if (SourceAddress.IsHttp(blob))
        {
            return CheckUrl(blob);
        }

        var slash = blob.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < blob.Length - 1 && blob.Length >= MinBlobPath
            ? null
            : $"{blob} is neither \"container/name\" of a blob in this service's storage account nor a blob's address with a signature";
    }
}
