using System.Runtime.CompilerServices;
using System.Text.Json;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Http;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <summary>
/// A typed client of GenreCloud's inference service: classifies songs and spectrograms, and looks after the models that do. Safe for concurrent use. Besides
/// <see cref="GenreCloudException"/>, every call fails with <see cref="HttpRequestException"/> where the service is not reached.
/// </summary>
/// <param name="http">
/// Its base address is the service's; its timeout is that of a request, a batch included. What the service asks for in every request, such as a key, belongs
/// to its default headers.
/// </param>
public sealed partial class InferenceClient(HttpClient http)
{
    private readonly ServiceApi _api = new(http);

    /// <summary>Whether the service is ready, and if not, what is wrong.</summary>
    public Task<ServiceHealth> GetHealthAsync(CancellationToken cancellationToken = default) => _api.GetHealthAsync(cancellationToken);

    /// <summary>Tells a song or a spectrogram by genre.</summary>
    /// <param name="file">A song of at least 3 s, or the PNG of a spectrogram.</param>
    /// <param name="options">Which model, and how many labels; null for the version in production and five.</param>
    /// <exception cref="GenreCloudException">The service does not answer it, and says why.</exception>
    public async Task<Classification> ClassifyAsync(MusicFile file, ClassifyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var content = file.Features is null ? file.ToContent() : MusicForm.Of([file]);
        return (await _api.SendAsync<Classification>(HttpMethod.Post, PathOf("api/classify", options), content, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;
    }

    /// <summary>
    /// Tells many songs or spectrograms by genre in one request. Results come in the order of the files; what is wrong with one file is in its result and
    /// stops none of the others.
    /// </summary>
    /// <param name="files">Each is opened when its turn comes.</param>
    /// <param name="options">Which model, and how many labels; null for the version in production and five.</param>
    /// <exception cref="GenreCloudException">The service does not take the request as a whole, and says why.</exception>
    public async IAsyncEnumerable<BatchResult> ClassifyBatchAsync(
        IEnumerable<MusicFile> files, ClassifyOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var form = MusicForm.Of(files);
        using var response = await _api.OpenAsync(HttpMethod.Post, PathOf("api/classify/batch", options), form, prepare: null, cancellationToken).ConfigureAwait(false);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return JsonSerializer.Deserialize<BatchResult>(line, ClientJson.Options)!;
        }
    }

    /// <summary>What each model version answered in the last minute, by the replica of the service that is asked.</summary>
    public Task<IReadOnlyList<ServingRate>> GetServingRatesAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<ServingRate>>("api/serving", cancellationToken);

    /// <summary>The registered models, by name.</summary>
    public Task<IReadOnlyList<Model>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<Model>>("api/models", cancellationToken);

    /// <summary>A model with its versions and aliases.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model.</exception>
    public async Task<Model> GetModelAsync(string name, CancellationToken cancellationToken = default) =>
        Tag(await _api.GetTaggedAsync<Model>(ApiPath.Of($"api/models/{name}"), cancellationToken).ConfigureAwait(false));

    /// <summary>What is known of a model version: its labels, how good it is, where it comes from.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public Task<ModelCard> GetModelVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.GetAsync<ModelCard>(ApiPath.Of($"api/models/{name}/versions/{version}"), cancellationToken);

    /// <summary>The same for people, as Markdown.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public async Task<string> GetReadableModelCardAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        var path = ApiPath.Of($"api/models/{name}/versions/{version}/card");
        using var response = await _api.OpenAsync(HttpMethod.Get, path, content: null, prepare: null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ONNX file of a model version.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public Task<byte[]> DownloadModelAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.GetBytesAsync(ModelFilePath(name, version), cancellationToken);

    /// <summary>Where a browser finds the ONNX file of a model version, relative to the service.</summary>
    public static string ModelFilePath(string name, int version) => ApiPath.Of($"api/models/{name}/versions/{version}/model.onnx");

    /// <summary>Deletes a version for good. Its number is not given again.</summary>
    /// <param name="why">A sentence for the history.</param>
    /// <param name="ifMatch">The <see cref="Model.ETag"/> on which that was decided; null to do it whatever others did.</param>
    /// <exception cref="GenreCloudException">404: there is no such model or version. 409: an alias stands for it, or it is the last one. 412: an alias was moved.</exception>
    public Task DeleteModelVersionAsync(string name, int version, string? why = null, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(ApiPath.Query(ApiPath.Of($"api/models/{name}/versions/{version}"), ("why", why)), ifMatch, cancellationToken);

    private static string PathOf(string path, ClassifyOptions? options) => options is null
        ? path
        : ApiPath.Query(path, ("model", options.Model), ("version", options.Version), ("alias", options.Alias), ("top", options.Top));

    private static Model Tag(Tagged<Model> answer) => answer.Value with { ETag = answer.ETag };
}
