using System.Net.Http.Headers;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Inference.Classify;
using GenreCloud.Registry;
using GenreCloud.Standalone.Checkpoints;
using GenreCloud.Storage;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Runs;
using Microsoft.AspNetCore.Mvc;

namespace GenreCloud.Standalone.Demo;

/// <summary>The commands' view of the system: its HTTP API, as any client sees it.</summary>
internal sealed class ApiClient(DemoServices services) : IDisposable
{
    // No limit: an upload takes what the line takes, and the demo can be ended by hand.
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { Authorization = FindKey() } };

    /// <summary>Imports a zip that the service finds on its own disk.</summary>
    public Task<Import> StartImportAsync(ImportRequest request, CancellationToken cancellationToken) =>
        PostAsync<ImportRequest, Import>(new Uri(services.DatasetImport, "/api/imports"), request, cancellationToken);

    /// <summary>Imports a zip of this machine's disk by sending it.</summary>
    public async Task<Import> UploadAsync(string zip, string dataset, string profile, string? licence, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(zip);
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        var query = $"dataset={Uri.EscapeDataString(dataset)}&profile={profile}{(licence is null ? "" : $"&licence={Uri.EscapeDataString(licence)}")}";
        using var response = await _http.PutAsync(new Uri(services.DatasetImport, $"/api/imports/upload?{query}"), content, cancellationToken);
        return await ReadAsync<Import>(response, cancellationToken);
    }

    public Task<Import> GetImportAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<Import>(new Uri(services.DatasetImport, $"/api/imports/{id}"), cancellationToken);

    public Task<DatasetManifest> GetManifestAsync(string dataset, int version, CancellationToken cancellationToken) =>
        GetAsync<DatasetManifest>(new Uri(services.DatasetImport, $"/api/datasets/{dataset}/{version}"), cancellationToken);

    public Task<IReadOnlyList<Sample>> ListSamplesAsync(string dataset, int version, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<Sample>>(new Uri(services.DatasetImport, $"/api/datasets/{dataset}/{version}/samples"), cancellationToken);

    public Task<IReadOnlyList<Run>> ListRunsAsync(CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<Run>>(new Uri(services.Training, "/api/runs"), cancellationToken);

    public Task<Run> StartRunAsync(RunRequest request, CancellationToken cancellationToken) =>
        PostAsync<RunRequest, Run>(new Uri(services.Training, "/api/runs"), request, cancellationToken);

    public Task<Run> GetRunAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<Run>(new Uri(services.Training, $"/api/runs/{id}"), cancellationToken);

    /// <summary>Has a checkpoint of this machine's disk registered, by sending it.</summary>
    public async Task<ModelCard> RegisterCheckpointAsync(CheckpointOptions options, CancellationToken cancellationToken)
    {
        var dataset = options.Dataset?.Split(':', 2);
        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["model"] = options.Model,
            ["architecture"] = options.Architecture,
            ["labels"] = options.Labels,
            ["dataset"] = dataset?[0],
            ["version"] = dataset is [_, var version] ? version : null,
            ["fileName"] = options.File.Name,
        }.Where(parameter => parameter.Value is not null));
        await using var file = options.File.OpenRead();
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _http.PostAsync(new Uri(services.Training, $"/api/checkpoints{query}"), content, cancellationToken);
        return await ReadAsync<ModelCard>(response, cancellationToken);
    }

    public Task<ModelEvaluation> StartEvaluationAsync(ModelEvaluationRequest request, CancellationToken cancellationToken) =>
        PostAsync<ModelEvaluationRequest, ModelEvaluation>(new Uri(services.Training, "/api/evaluations"), request, cancellationToken);

    public Task<ModelEvaluation> GetEvaluationAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<ModelEvaluation>(new Uri(services.Training, $"/api/evaluations/{id}"), cancellationToken);

    public async Task<byte[]> GetSpectrogramAsync(string dataset, int version, string sampleId, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(
            new Uri(services.DatasetImport, $"/api/datasets/{dataset}/{version}/samples/{Uri.EscapeDataString(sampleId)}.png"), cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async Task<ClassifyResponse> ClassifyAsync(byte[] png, string model, int version, int top, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var response = await _http.PostAsync(
            new Uri(services.Inference, $"/api/classify?model={model}&version={version}&top={top}"), content, cancellationToken);
        return await ReadAsync<ClassifyResponse>(response, cancellationToken);
    }

    /// <summary>The services whose <c>/health</c> does not answer that everything is ready.</summary>
    public async Task<IReadOnlyList<Uri>> FindUnhealthyAsync(CancellationToken cancellationToken)
    {
        var unhealthy = new List<Uri>();
        foreach (var service in new HashSet<Uri> { services.DatasetImport, services.Training, services.Inference })
        {
            using var response = await _http.GetAsync(new Uri(service, "/health"), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                unhealthy.Add(service);
            }
        }

        return unhealthy;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Services that ask who calls take an API key.</summary>
    private static AuthenticationHeaderValue? FindKey() =>
        Environment.GetEnvironmentVariable("GENRECLOUD_API_KEY") is { Length: > 0 } key ? new AuthenticationHeaderValue("Bearer", key) : null;

    private async Task<T> GetAsync<T>(Uri address, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private async Task<TAnswer> PostAsync<TRequest, TAnswer>(Uri address, TRequest request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(address, request, GenreCloudJson.Options, cancellationToken);
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
