using System.Globalization;
using System.Net.Http.Json;
using GenreCloud.Client.Datasets;
using GenreCloud.Client.Http;

namespace GenreCloud.Client;

/// <content>What was imported.</content>
public sealed partial class DatasetImportClient
{
    private const string TotalHeader = "X-Total-Count";

    /// <summary>That an archive may hold, in bytes.</summary>
    private const int LargestFile = 64 << 20;

    /// <summary>The datasets and their versions, by name.</summary>
    public Task<IReadOnlyList<Dataset>> ListDatasetsAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<Dataset>>("api/datasets", cancellationToken);

    /// <summary>A dataset's versions.</summary>
    /// <exception cref="GenreCloudException">404: there is no such dataset.</exception>
    public Task<Dataset> GetDatasetAsync(string name, CancellationToken cancellationToken = default) =>
        _api.GetAsync<Dataset>(ApiPath.Of($"api/datasets/{name}"), cancellationToken);

    /// <summary>The manifest of a version: its labels, sources, counts.</summary>
    /// <exception cref="GenreCloudException">404: there is no such version.</exception>
    public Task<DatasetManifest> GetDatasetVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.GetAsync<DatasetManifest>(ApiPath.Of($"api/datasets/{name}/{version}"), cancellationToken);

    /// <summary>The samples of a version, in the order of the shards. A version never changes: nor do its pages.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="version">Its version.</param>
    /// <param name="filter">Which samples; null for all.</param>
    /// <param name="offset">After so many of these.</param>
    /// <param name="limit">At most so many, 1 to 10000; null for all that are left.</param>
    /// <exception cref="GenreCloudException">404: there is no such version.</exception>
    public Task<Page<Sample>> ListSamplesAsync(
        string name, int version, SampleFilter? filter = null, int offset = 0, int? limit = null, CancellationToken cancellationToken = default) =>
        ListAsync<Sample>(
            ApiPath.Query(
                ApiPath.Of($"api/datasets/{name}/{version}/samples"),
                ("label", filter?.Label),
                ("artist", filter?.Artist),
                ("text", filter?.Text),
                ("flag", filter?.Flag),
                ("offset", offset),
                ("limit", limit)),
            cancellationToken);

    /// <summary>The spectrogram of a sample: the PNG, 128 mel bands x 1292 frames, 8-bit gray.</summary>
    /// <exception cref="GenreCloudException">404: there is no such version or sample.</exception>
    public Task<byte[]> GetSpectrogramAsync(string name, int version, string id, CancellationToken cancellationToken = default) =>
        _api.GetBytesAsync(SpectrogramPath(name, version, id), cancellationToken);

    /// <summary>Where a browser finds the spectrogram of a sample, relative to the service. What is there never changes.</summary>
    public static string SpectrogramPath(string name, int version, string id) => $"{ApiPath.Of($"api/datasets/{name}/{version}/samples/{id}")}.png";

    /// <summary>The same as a small PNG for lists, 323 x 64.</summary>
    /// <exception cref="GenreCloudException">404: there is no such version or sample.</exception>
    public Task<byte[]> GetThumbnailAsync(string name, int version, string id, CancellationToken cancellationToken = default) =>
        _api.GetBytesAsync(ThumbnailPath(name, version, id), cancellationToken);

    /// <summary>Where a browser finds that, relative to the service. What is there never changes.</summary>
    public static string ThumbnailPath(string name, int version, string id) => ApiPath.Of($"api/datasets/{name}/{version}/samples/{id}/thumbnail.png");

    /// <summary>What the import left out, and why.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="version">Its version.</param>
    /// <param name="reason">Only what was left out for this reason; null for all.</param>
    /// <param name="offset">After so many of these.</param>
    /// <param name="limit">At most so many, 1 to 10000; null for all that are left.</param>
    /// <exception cref="GenreCloudException">404: there is no such version.</exception>
    public Task<Page<QuarantineEntry>> ListQuarantineAsync(
        string name, int version, string? reason = null, int offset = 0, int? limit = null, CancellationToken cancellationToken = default) =>
        ListAsync<QuarantineEntry>(
            ApiPath.Query(ApiPath.Of($"api/datasets/{name}/{version}/quarantine"), ("reason", reason), ("offset", offset), ("limit", limit)), cancellationToken);

    /// <summary>A file that the import left out, as it lies in the archive; of a damaged one as many bytes as come out of it.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="version">Its version.</param>
    /// <param name="entry">The <see cref="QuarantineEntry.Entry"/>.</param>
    /// <param name="mostBytes">Of its beginning; what comes after is not fetched.</param>
    /// <exception cref="GenreCloudException">404: it is no file, or the archive is not stored any more. 422: nothing comes out of the archive.</exception>
    public async Task<QuarantinedFile> GetQuarantinedAsync(
        string name, int version, string entry, int mostBytes = LargestFile, CancellationToken cancellationToken = default)
    {
        using var response = await _api.OpenAsync(HttpMethod.Get, QuarantinedPath(name, version, entry), content: null, prepare: null, cancellationToken).ConfigureAwait(false);
        var length = response.Content.Headers.ContentLength;
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var bytes = new byte[Math.Min(length ?? LargestFile, mostBytes)];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return new QuarantinedFile(bytes[..read], length ?? read);
    }

    /// <summary>Where a browser finds the same, relative to the service.</summary>
    public static string QuarantinedPath(string name, int version, string entry) =>
        ApiPath.Query(ApiPath.Of($"api/datasets/{name}/{version}/quarantine/content"), ("entry", entry));

    /// <summary>What differs between two versions. All differences are counted; those of the kind and label asked for are listed, page by page.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="from">The version to compare with.</param>
    /// <param name="to">The version to describe by its differences.</param>
    /// <param name="change">List only samples that differ so; null for all.</param>
    /// <param name="label">List only samples that had or have this label; null for all.</param>
    /// <param name="offset">List after so many.</param>
    /// <param name="limit">List at most so many, 1 to 10000.</param>
    /// <exception cref="GenreCloudException">404: there is no such version.</exception>
    public Task<DatasetComparison> CompareDatasetVersionsAsync(
        string name,
        int from,
        int to,
        SampleChangeKind? change = null,
        string? label = null,
        int offset = 0,
        int limit = 100,
        CancellationToken cancellationToken = default) => _api.GetAsync<DatasetComparison>(
            ApiPath.Query(
                ApiPath.Of($"api/datasets/{name}/compare"), ("from", from), ("to", to), ("change", change), ("label", label), ("offset", offset), ("limit", limit)),
            cancellationToken);

    /// <summary>Deletes a version that nobody uses. Until <see cref="DatasetDeletion.RestorableUntil"/> that can be taken back; its number is not given again.</summary>
    /// <exception cref="GenreCloudException">404: there is no such version. 409: a run, an evaluation or an import uses it; the problem says which.</exception>
    public Task<DatasetDeletion> DeleteDatasetVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync<DatasetDeletion>(ApiPath.Of($"api/datasets/{name}/{version}"), cancellationToken);

    /// <summary>Deletes all versions of a dataset, or none if one is used.</summary>
    /// <exception cref="GenreCloudException">404: there is no such dataset. 409: one of its versions is used.</exception>
    public Task<IReadOnlyList<DatasetDeletion>> DeleteDatasetAsync(string name, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync<IReadOnlyList<DatasetDeletion>>(ApiPath.Of($"api/datasets/{name}"), cancellationToken);

    /// <summary>Takes the deletion of a version back.</summary>
    /// <exception cref="GenreCloudException">404: there is no such version. 409: it is too late.</exception>
    public Task<DatasetRestoration> RestoreDatasetVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.PostAsync<DatasetRestoration>(ApiPath.Of($"api/datasets/{name}/{version}/restore"), body: null, cancellationToken);

    /// <summary>Takes the deletion of all versions of a dataset back that can be restored.</summary>
    /// <exception cref="GenreCloudException">404: there is no such dataset. 409: it is too late for all.</exception>
    public Task<DatasetRestoration> RestoreDatasetAsync(string name, CancellationToken cancellationToken = default) =>
        _api.PostAsync<DatasetRestoration>(ApiPath.Of($"api/datasets/{name}/restore"), body: null, cancellationToken);

    /// <summary>What the garbage collection would delete now. Nothing is changed by asking.</summary>
    public Task<IReadOnlyList<GarbageItem>> ListGarbageAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<GarbageItem>>("api/garbage", cancellationToken);

    private async Task<Page<T>> ListAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _api.OpenAsync(HttpMethod.Get, path, content: null, prepare: null, cancellationToken).ConfigureAwait(false);
        var items = (await response.Content.ReadFromJsonAsync<IReadOnlyList<T>>(ClientJson.Options, cancellationToken).ConfigureAwait(false))!;
        return new Page<T>(items, int.Parse(response.Headers.GetValues(TotalHeader).Single(), CultureInfo.InvariantCulture));
    }
}
