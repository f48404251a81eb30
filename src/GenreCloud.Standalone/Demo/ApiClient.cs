using System.Net.Http.Headers;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Inference.Classify;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;
using Microsoft.AspNetCore.Mvc;

namespace GenreCloud.Standalone.Demo;

/// <summary>The demo's view of the system: its HTTP API, as any client sees it.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    public Task<Import> StartImportAsync(ImportRequest request, CancellationToken cancellationToken) =>
        PostAsync<ImportRequest, Import>("/api/imports", request, cancellationToken);

    public Task<Import> GetImportAsync(string id, CancellationToken cancellationToken) => GetAsync<Import>($"/api/imports/{id}", cancellationToken);

    public Task<IReadOnlyList<Run>> ListRunsAsync(CancellationToken cancellationToken) => GetAsync<IReadOnlyList<Run>>("/api/runs", cancellationToken);

    public Task<Run> StartRunAsync(RunRequest request, CancellationToken cancellationToken) =>
        PostAsync<RunRequest, Run>("/api/runs", request, cancellationToken);

    public Task<Run> GetRunAsync(string id, CancellationToken cancellationToken) => GetAsync<Run>($"/api/runs/{id}", cancellationToken);

    public async Task<byte[]> GetSpectrogramAsync(string dataset, int version, string sampleId, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(
            new Uri($"/api/datasets/{dataset}/{version}/samples/{Uri.EscapeDataString(sampleId)}.png", UriKind.Relative), cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async Task<ClassifyResponse> ClassifyAsync(byte[] png, string model, int version, int top, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var response = await _http.PostAsync(
            new Uri($"/api/classify?model={model}&version={version}&top={top}", UriKind.Relative), content, cancellationToken);
        return await ReadAsync<ClassifyResponse>(response, cancellationToken);
    }

    /// <summary>Whether <c>/health</c> answers that everything is ready.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private async Task<TAnswer> PostAsync<TRequest, TAnswer>(string path, TRequest request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), request, GenreCloudJson.Options, cancellationToken);
        return await ReadAsync<TAnswer>(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await RequireSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(GenreCloudJson.Options, cancellationToken))!;
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken)
                : null;
            throw new DemoFailedException(
                $"{response.RequestMessage!.RequestUri} answers {(int)response.StatusCode} {problem?.Title ?? response.ReasonPhrase}. {problem?.Detail}");
        }
    }
}
