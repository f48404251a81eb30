using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>
/// GenreCloud as a user runs it, in a process of its own, asked over HTTP. What it has done stays in its folder: a study that was
/// interrupted goes on, and one that is asked for again is only read.
/// </summary>
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

    /// <summary>Imports a zip; the same one again gives the version that there is.</summary>
    /// <returns>The number of the version.</returns>
    public async Task<int> ImportAsync(StudyDataset dataset, CancellationToken cancellationToken)
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

        return import.Version ?? throw new InvalidOperationException($"The import failed. {import.Error!.Title}: {import.Error.Detail}");
    }

    /// <summary>Registers a published checkpoint, unless that was done.</summary>
    public async Task PublishAsync(PublishedCheckpoint checkpoint, string folder, string dataset, CancellationToken cancellationToken)
    {
        using var known = await _http.GetAsync(Relative($"/api/models/{checkpoint.Model}"), cancellationToken);
        if (known.IsSuccessStatusCode)
        {
            return;
        }

        await using var file = File.OpenRead(Path.Combine(folder, checkpoint.File));
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _http.PostAsync(
            Relative($"/api/checkpoints?model={checkpoint.Model}&architecture={checkpoint.Architecture}&dataset={dataset}&fileName={checkpoint.File}"),
            content,
            cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
    }

    /// <summary>Starts the sweep, unless one with just this request was.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(JsonObject request, CancellationToken cancellationToken)
    {
        // As the service writes it, whatever order and whatever nulls the request has.
        var wanted = JsonSerializer.SerializeToNode(request.Deserialize<SweepRequest>(GenreCloudJson.Options), GenreCloudJson.Options);
        var known = await GetAsync<IReadOnlyList<Sweep>>("/api/sweeps", cancellationToken);
        if (known.FirstOrDefault(sweep => JsonNode.DeepEquals(JsonSerializer.SerializeToNode(sweep.Request, GenreCloudJson.Options), wanted)) is { } found)
        {
            return found.Id;
        }

        using var response = await _http.PostAsJsonAsync(Relative("/api/sweeps"), request, cancellationToken);
        return (await ReadAsync<SweepReport>(response, cancellationToken)).Sweep.Id;
    }

    /// <summary>Waits for all runs of a sweep.</summary>
    /// <param name="report">Told now and then how it stands.</param>
    public async Task<SweepReport> WaitAsync(string id, Action<SweepReport> report, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sweep = await GetAsync<SweepReport>($"/api/sweeps/{id}", cancellationToken);
            report(sweep);
            if (sweep.HasEnded)
            {
                return sweep;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public Task<RunAnswers> GetAnswersAsync(string id, CancellationToken cancellationToken) => GetAsync<RunAnswers>($"/api/runs/{id}/answers", cancellationToken);

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
