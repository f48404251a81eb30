using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace GenreCloud.Client.Http;

/// <summary>Sends the requests of a typed client, reads the answers, and makes an exception of what is none.</summary>
internal sealed class ServiceApi(HttpClient http)
{
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await GetTaggedAsync<T>(path, cancellationToken).ConfigureAwait(false)).Value;

    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, content: null, prepare: null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads with the ETag of what is read.</summary>
    public Task<Tagged<T>> GetTaggedAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, content: null, ifMatch: null, cancellationToken);

    public async Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellationToken) =>
        (await SendAsync<T>(HttpMethod.Post, path, body, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;

    public async Task<T> DeleteAsync<T>(string path, CancellationToken cancellationToken) =>
        (await SendAsync<T>(HttpMethod.Delete, path, content: null, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Sends a body as JSON.</summary>
    /// <param name="body">Null for none.</param>
    /// <param name="ifMatch">The ETag of what the change was decided on; null to make it whatever others did.</param>
    public Task<Tagged<T>> SendAsync<T>(HttpMethod method, string path, object? body, string? ifMatch, CancellationToken cancellationToken) =>
        SendAsync<T>(method, path, body is null ? null : JsonContent.Create(body, body.GetType(), options: ClientJson.Options), ifMatch, cancellationToken);

    /// <summary>Sends a body as it is.</summary>
    /// <inheritdoc cref="SendAsync{T}(HttpMethod, string, object?, string?, CancellationToken)"/>
    public async Task<Tagged<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? content, string? ifMatch, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, path, content, request => SetIfMatch(request, ifMatch), cancellationToken).ConfigureAwait(false);
        return new Tagged<T>((await response.Content.ReadFromJsonAsync<T>(ClientJson.Options, cancellationToken).ConfigureAwait(false))!, response.Headers);
    }

    /// <summary>Sends a request whose answer has no body.</summary>
    public async Task DeleteAsync(string path, string? ifMatch, CancellationToken cancellationToken) =>
        (await OpenAsync(HttpMethod.Delete, path, content: null, request => SetIfMatch(request, ifMatch), cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>The answer as soon as its headers are there, for who reads the body as it comes; to be disposed.</summary>
    /// <param name="prepare">Adds headers.</param>
    /// <exception cref="GenreCloudException">The service does not do it.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        prepare?.Invoke(request);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new GenreCloudException(await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false)) { RetryAfter = response.Headers.RetryAfter?.Delta };
        }
    }

    /// <summary>What <c>/health</c> says; a service that is not healthy answers that too.</summary>
    public async Task<ServiceHealth> GetHealthAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            throw new GenreCloudException(await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false));
        }

        return (await response.Content.ReadFromJsonAsync<ServiceHealth>(ClientJson.Options, cancellationToken).ConfigureAwait(false))!;
    }

    private static void SetIfMatch(HttpRequestMessage request, string? ifMatch)
    {
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        }
    }

    private static async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && await response.Content.ReadFromJsonAsync<Problem>(ClientJson.Options, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                return problem;
            }
        }
        catch (JsonException)
        {
            // Something between the service and here speaks another dialect.
        }

        return new Problem((int)response.StatusCode, response.ReasonPhrase ?? "The service does not answer as it should", Detail: null);
    }
}

/// <summary>An answer and the headers that belong to it.</summary>
internal sealed record Tagged<T>(T Value, HttpResponseHeaders Headers)
{
    public string? ETag => Headers.ETag?.ToString();
}
