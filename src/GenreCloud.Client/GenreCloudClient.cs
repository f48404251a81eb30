using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <summary>A typed client of GenreCloud's inference service. Safe for concurrent use.</summary>
/// <param name="http">
/// Its base address is the service's; its timeout is that of a request, a batch included. What the service asks for in every request, such as a key, belongs
/// to its default headers.
/// </param>
public sealed class GenreCloudClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Tells a song or a spectrogram by genre.</summary>
    /// <param name="file">A song of at least 3 s, or the PNG of a spectrogram.</param>
    /// <param name="options">Which model, and how many labels; null for the version in production and five.</param>
    /// <exception cref="GenreCloudException">The service does not answer it, and says why.</exception>
    public async Task<Classification> ClassifyAsync(MusicFile file, ClassifyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var content = file.Features is null ? file.ToContent() : MusicForm.Of([file]);
        using var response = await http.PostAsync(AddressOf("api/classify", options), content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync<Classification>(response, cancellationToken).ConfigureAwait(false);
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
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf("api/classify/batch", options)) { Content = MusicForm.Of(files) };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return JsonSerializer.Deserialize<BatchResult>(line, Json)!;
        }
    }

    /// <summary>The registered models, by name.</summary>
    public async Task<IReadOnlyList<Model>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        using var response = await http.GetAsync(new Uri("api/models", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        return await ReadAsync<IReadOnlyList<Model>>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A model with its versions and aliases.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model.</exception>
    public async Task<Model> GetModelAsync(string name, CancellationToken cancellationToken = default)
    {
        using var response = await http.GetAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
        return await ReadModelAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is known of a model version.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public async Task<ModelVersion> GetModelVersionAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        using var response = await http.GetAsync(PathOf(name, FormattableString.Invariant($"/versions/{version}")), cancellationToken).ConfigureAwait(false);
        return await ReadAsync<ModelVersion>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for people, as Markdown.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public async Task<string> GetModelCardAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        using var response = await http.GetAsync(PathOf(name, FormattableString.Invariant($"/versions/{version}/card")), cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes an alias stand for a version.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">To be moved, or made: <c>production</c>.</param>
    /// <param name="move">Which version, why, and whether only if nobody moved one meanwhile.</param>
    /// <returns>The model as it is now.</returns>
    /// <exception cref="GenreCloudException">404: there is no such model or version. 412: an alias was moved since <see cref="AliasMove.IfMatch"/> was read.</exception>
    public async Task<Model> MoveAliasAsync(string name, string alias, AliasMove move, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alias);
        ArgumentNullException.ThrowIfNull(move);
        using var request = new HttpRequestMessage(HttpMethod.Put, PathOf(name, $"/aliases/{Uri.EscapeDataString(alias)}"))
        {
            Content = JsonContent.Create(move, options: Json),
        };
        if (move.IfMatch is not null)
        {
            request.Headers.Add("If-Match", move.IfMatch);
        }

        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ReadModelAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives an alias back to the version that it stood for before its last move.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">Null for <c>production</c>.</param>
    /// <param name="why">A sentence for the history.</param>
    /// <returns>The model as it is now.</returns>
    /// <exception cref="GenreCloudException">404: there is no such model or alias. 409: it never stood for another version.</exception>
    public async Task<Model> RollBackAsync(string name, string? alias = null, string? why = null, CancellationToken cancellationToken = default)
    {
        using var response = await http.PostAsJsonAsync(PathOf(name, "/rollback"), new { alias, why }, Json, cancellationToken).ConfigureAwait(false);
        return await ReadModelAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private static Uri PathOf(string name, string rest = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        return new Uri($"api/models/{Uri.EscapeDataString(name)}{rest}", UriKind.Relative);
    }

    private static Uri AddressOf(string path, ClassifyOptions? options) => new(path + options?.ToQuery(), UriKind.Relative);

    private static async Task<Model> ReadModelAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await ReadAsync<Model>(response, cancellationToken).ConfigureAwait(false) with { ETag = response.Headers.ETag?.ToString() };

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<Problem>(Json, cancellationToken).ConfigureAwait(false)
            : null;
        throw new GenreCloudException(problem ?? new Problem((int)response.StatusCode, response.ReasonPhrase ?? "The service does not answer as it should", Detail: null));
    }
}
