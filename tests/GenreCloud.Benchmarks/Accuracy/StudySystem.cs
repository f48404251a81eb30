using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>GenreCloud as a user runs it, in a process of its own, asked over HTTP.</summary>
internal sealed class StudySystem : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly ServiceProcess _process;
    private readonly HttpClient _http;

    private StudySystem(ServiceProcess process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <param name="directory">Where it keeps what it has done.</param>
    public static async Task<StudySystem> StartAsync(string directory, CancellationToken cancellationToken)
    {
        var process = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Standalone"), ["--data", directory, "--urls", "http://127.0.0.1:0"]);
        try
        {
            return new StudySystem(process, await process.WaitForAddressAsync(cancellationToken));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task ImportAsync(StudyDataset dataset, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(dataset.Zip);
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var response = await _http.PutAsync(Relative($"/api/imports/upload?dataset={dataset.Name}&profile={dataset.Profile}"), content, cancellationToken);
        var import = await ReadAsync<Import>(response, cancellationToken);
        while (import.Status is not (ImportStatus.Completed or ImportStatus.Failed))
        {
            await Task.Delay(PollInterval, cancellationToken);
            import = await GetAsync<Import>($"/api/imports/{import.Id}", cancellationToken);
        }

        if (import.Status == ImportStatus.Failed)
        {
            throw new InvalidOperationException($"The import failed. {import.Error!.Title}: {import.Error.Detail}");
        }
    }

    /// <summary>Registers a published checkpoint.</summary>
    public async Task PublishAsync(PublishedCheckpoint checkpoint, string folder, string dataset, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(folder, checkpoint.File));
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _http.PostAsync(
            Relative($"/api/checkpoints?model={checkpoint.Model}&architecture={checkpoint.Architecture}&dataset={dataset}&fileName={checkpoint.File}"),
            content,
            cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
    }

    /// <summary>Trains a network.</summary>
    /// <returns>What it answers to the samples that were held back from it.</returns>
    public async Task<RunAnswers> RunAsync(JsonObject request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(Relative("/api/runs"), request, cancellationToken);
        var run = await ReadAsync<Run>(response, cancellationToken);
        while (!run.HasEnded)
        {
            await Task.Delay(PollInterval, cancellationToken);
            run = await GetAsync<Run>($"/api/runs/{run.Id}", cancellationToken);
        }

        return run.Status == RunStatus.Completed
            ? await GetAsync<RunAnswers>($"/api/runs/{run.Id}/answers", cancellationToken)
            : throw new InvalidOperationException($"Run {run.Id} is {run.Status}. {run.Error?.Title}: {run.Error?.Detail}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.StopAsync(CancellationToken.None);
        await _process.DisposeAsync();
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(Relative(path), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
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
            throw new InvalidOperationException(
                $"{response.RequestMessage!.RequestUri} answers {(int)response.StatusCode}. {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
