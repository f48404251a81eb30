using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using GenreCloud.Client.Http;
using GenreCloud.Client.Imports;

namespace GenreCloud.Client;

/// <summary>
/// A typed client of GenreCloud's import service: makes dataset versions of archives, and looks into them. Safe for concurrent use. Besides
/// <see cref="GenreCloudException"/>, every call fails with <see cref="HttpRequestException"/> where the service is not reached.
/// </summary>
/// <param name="http">
/// Its base address is the service's; its timeout is that of a request, an upload included. What the service asks for in every request, such as a key, belongs
/// to its default headers.
/// </param>
/// <param name="time">Spaces the attempts to follow a service that restarts; null for the system's clock.</param>
public sealed partial class DatasetImportClient(HttpClient http, TimeProvider? time = null)
{
    private const string OffsetHeader = "Upload-Offset";

    private readonly ServiceApi _api = new(http);

    /// <summary>
    /// How long a service that was followed is tried again once it does not answer any more, before the caller is told. A service that is replaced is back within
    /// the two minutes that it is unless set.
    /// </summary>
    public TimeSpan EventPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the service is ready, and if not, what is wrong.</summary>
    public Task<ServiceHealth> GetHealthAsync(CancellationToken cancellationToken = default) => _api.GetHealthAsync(cancellationToken);

    /// <summary>Starts an import of what the service can fetch itself: a URL, a share link of Google Drive, a blob, a path of its machine, an upload.</summary>
    /// <exception cref="GenreCloudException">400: the request is wrong, and the problem says where.</exception>
    public Task<Import> StartImportAsync(ImportRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<Import>("api/imports", request, cancellationToken);

    /// <summary>Imports a zip by sending it in one piece; what breaks has to be sent again, unlike with <see cref="CreateUploadAsync"/>.</summary>
    /// <param name="zip">Read once, from where it is to its end.</param>
    /// <param name="request">Without sources: the zip is the source.</param>
    /// <exception cref="GenreCloudException">400: the request or the zip is wrong. 413: the zip is too large.</exception>
    public async Task<Import> UploadImportAsync(Stream zip, ImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = ApiPath.Query(
            "api/imports/upload",
            ("dataset", request.Dataset),
            ("profile", request.Profile),
            ("labelRules", request.LabelRules is null ? null : JsonSerializer.Serialize(request.LabelRules, ClientJson.Options)),
            ("add", request.Add ? true : null),
            ("licence", request.Licence));
        using var content = new StreamContent(zip) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } };
        return (await _api.SendAsync<Import>(HttpMethod.Put, path, content, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;
    }

    /// <summary>The imports, the newest first.</summary>
    public Task<IReadOnlyList<Import>> ListImportsAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<Import>>("api/imports", cancellationToken);

    /// <summary>An import: how far it is, its result.</summary>
    /// <exception cref="GenreCloudException">404: there is no such import.</exception>
    public Task<Import> GetImportAsync(string id, CancellationToken cancellationToken = default) => _api.GetAsync<Import>(ApiPath.Of($"api/imports/{id}"), cancellationToken);

    /// <summary>
    /// An import's progress as it comes, to its end. Where the line breaks or the service restarts, it goes on, for as long as <see cref="EventPatience"/> without an answer.
    /// </summary>
    /// <exception cref="GenreCloudException">404: there is no such import.</exception>
    public IAsyncEnumerable<ImportEvent> FollowImportAsync(string id, CancellationToken cancellationToken = default) =>
        new EventFeed(_api, time ?? TimeProvider.System, EventPatience).FollowAsync<ImportEvent>(
            ApiPath.Of($"api/imports/{id}/events"),
            (type, data) => type switch
            {
                "progress" => data.Deserialize<ImportMoved>(ClientJson.Options),
                "end" => new ImportEnded(data.Deserialize<Import>(ClientJson.Options)!),
                _ => null,
            },
            cancellationToken);

    /// <summary>Has a failed or cancelled import go on from what there is of it.</summary>
    /// <exception cref="GenreCloudException">404: there is no such import. 409: it is under way, or completed.</exception>
    public Task<Import> RetryImportAsync(string id, CancellationToken cancellationToken = default) =>
        _api.PostAsync<Import>(ApiPath.Of($"api/imports/{id}/retry"), body: null, cancellationToken);

    /// <summary>Cancels an import; it makes no dataset version.</summary>
    /// <exception cref="GenreCloudException">404: there is no such import. 409: it has ended.</exception>
    public Task<Import> CancelImportAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync<Import>(ApiPath.Of($"api/imports/{id}"), cancellationToken);

    /// <summary>Begins to upload a zip in parts, which survives whatever happens between them. The last part starts the import.</summary>
    /// <exception cref="GenreCloudException">400: the request is wrong. 413: the zip is too large.</exception>
    public Task<Upload> CreateUploadAsync(UploadRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<Upload>("api/uploads", request, cancellationToken);

    /// <summary>How many bytes of an upload are stored.</summary>
    /// <exception cref="GenreCloudException">404: there is no such upload.</exception>
    public Task<Upload> GetUploadAsync(string id, CancellationToken cancellationToken = default) => _api.GetAsync<Upload>(UploadPath(id), cancellationToken);

    /// <summary>Stores the next part of an upload.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="offset">How many bytes are before this part: <see cref="Upload.Offset"/>.</param>
    /// <param name="part">Read once, from where it is to its end. What was sent before a line broke is stored.</param>
    /// <returns>How many bytes are stored now.</returns>
    /// <exception cref="GenreCloudException">404: there is no such upload. 409: the part begins elsewhere. 413: it is longer than the rest. 423: another part is being stored.</exception>
    public async Task<long> AppendToUploadAsync(string id, long offset, Stream part, CancellationToken cancellationToken = default)
    {
        using var content = new StreamContent(part) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
        using var response = await _api.OpenAsync(
            HttpMethod.Patch,
            UploadPath(id),
            content,
            request => request.Headers.Add(OffsetHeader, offset.ToString(CultureInfo.InvariantCulture)),
            cancellationToken).ConfigureAwait(false);
        return long.Parse(response.Headers.GetValues(OffsetHeader).Single(), CultureInfo.InvariantCulture);
    }

    /// <summary>Where a browser sends the parts of an upload, relative to the service: PATCH and HEAD of tus 1.0.</summary>
    public static string UploadPath(string id) => ApiPath.Of($"api/uploads/{id}");

    /// <summary>Discards an upload that is not complete.</summary>
    /// <exception cref="GenreCloudException">404: there is no such upload. 409: it is complete, and its import has begun.</exception>
    public Task DeleteUploadAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(UploadPath(id), ifMatch: null, cancellationToken);
}
