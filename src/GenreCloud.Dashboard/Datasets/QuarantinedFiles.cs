using GenreCloud.Client;

namespace GenreCloud.Dashboard.Datasets;

/// <summary>
/// Reads the beginnings of files that an import left out: what a file is stands there, and a circuit is no place for the rest, of up to 64 MiB.
/// </summary>
/// <param name="imports">Reaches the import service.</param>
internal sealed class QuarantinedFiles(HttpClient imports)
{
    /// <exception cref="GenreCloudException">404: it is no file, or the archive is not stored any more. 422: nothing comes out of the archive.</exception>
    public async Task<QuarantinedHead> ReadHeadAsync(string dataset, int version, string entry, CancellationToken cancellationToken)
    {
        var path = new Uri(DatasetImportClient.QuarantinedPath(dataset, version, entry), UriKind.Relative);
        using var response = await imports.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new GenreCloudException((await response.Content.ReadFromJsonAsync<Problem>(cancellationToken))!);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[HexDump.MostBytes];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return new QuarantinedHead(bytes[..read], response.Content.Headers.ContentLength ?? read);
    }
}

/// <summary>The beginning of a file.</summary>
/// <param name="Bytes">At most <see cref="HexDump.MostBytes"/>.</param>
/// <param name="Length">Of the whole file, in bytes.</param>
internal sealed record QuarantinedHead(byte[] Bytes, long Length);
