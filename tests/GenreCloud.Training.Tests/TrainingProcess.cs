using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests;

/// <summary>The training service as a process, spoken to over HTTP.</summary>
internal sealed class TrainingProcess : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client;

    private TrainingProcess(ServiceProcess service, Uri address)
    {
        Service = service;
        
        // As long as it takes: who gives up waiting for the refusal of a large body begins to send it.
        _client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = address };
    }

    public ServiceProcess Service { get; }

    /// <param name="arguments">The command and its settings; the whole service unless given.</param>
    public static async Task<TrainingProcess> StartAsync(
        StorageAccount account, string? executable = null, string? cacheDirectory = null, params IEnumerable<string> arguments)
    {
        var service = Launch(account, executable, cacheDirectory, arguments);
        try
        {
            return new TrainingProcess(service, await service.WaitForAddressAsync(TestContext.Current.CancellationToken));
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public static ServiceProcess Launch(
        StorageAccount account, string? executable = null, string? cacheDirectory = null, params IEnumerable<string> arguments) => ServiceProcess.Start(
        executable ?? ServiceProcess.ExecutableOf("GenreCloud.Training"),
        [.. arguments, "--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", account.ConnectionString),
        ("ConnectionStrings__queues", account.ConnectionString),
        ("Training__Threads", "1"),
        ("Training__CacheDirectory", cacheDirectory ?? Path.Combine(AppContext.BaseDirectory, "shards")));

    public Task<HttpResponseMessage> PostAsync(object request, string path = "/api/runs") =>
        _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), request, GenreCloudJson.Options, TestContext.Current.CancellationToken);

    /// <summary>Sends a checkpoint; one that is too large is refused before any of it is sent.</summary>
    public async Task<HttpResponseMessage> PostCheckpointAsync(string query, Stream checkpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/checkpoints?{query}", UriKind.Relative)) { Content = new StreamContent(checkpoint) };
        request.Headers.ExpectContinue = true;
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> DeleteAsync(string path) => _client.DeleteAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>The run's server-sent events, to be read as they come.</summary>
    public async Task<Stream> OpenEventsAsync(string id, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/runs/{id}/events", UriKind.Relative));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
    }

    /// <returns>The id of the accepted run.</returns>
    public async Task<string> StartRunAsync(object request)
    {
        using var response = await PostAsync(request);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(202, body);
        var id = JsonSerializer.Deserialize<Run>(body, GenreCloudJson.Options)!.Id;
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/runs/{id}");
        return id;
    }

    public async Task<Run> GetRunAsync(string id) =>
        (await _client.GetFromJsonAsync<Run>(new Uri($"/api/runs/{id}", UriKind.Relative), GenreCloudJson.Options, TestContext.Current.CancellationToken))!;

    internal async Task<RunAnswers> GetAnswersAsync(string id) => (await _client.GetFromJsonAsync<RunAnswers>(
        new Uri($"/api/runs/{id}/answers", UriKind.Relative), GenreCloudJson.Options, TestContext.Current.CancellationToken))!;

    public Task<Run> WaitForEndAsync(string id) => WaitForAsync(id, run => run.HasEnded);

    /// <summary>Asks for the run until it is as wanted; a run that has failed instead fails the test.</summary>
    public async Task<Run> WaitForAsync(string id, Func<Run, bool> isWanted)
    {
        while (true)
        {
            var run = await GetRunAsync(id);
            if (isWanted(run))
            {
                return run;
            }

            run.HasEnded.ShouldBeFalse($"{run.Status}: {run.Error}");
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The process that registers a checkpoint, as the service's log names it.</summary>
    public async Task<int> WaitForCheckpointProcessAsync()
    {
        var line = await Service.WaitForOutputAsync(
            new Regex("Process (?<id>[0-9]+) registers a checkpoint", RegexOptions.CultureInvariant), TestContext.Current.CancellationToken);
        return int.Parse(line.Groups["id"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The process that executes a run, as the service's log names it.</summary>
    public async Task<int> WaitForRunProcessAsync(string id)
    {
        var pattern = new Regex($"Process (?<id>[0-9]+) does run {id}", RegexOptions.CultureInvariant);
        var line = await Service.WaitForOutputAsync(pattern, TestContext.Current.CancellationToken);
        return int.Parse(line.Groups["id"].Value, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Service.DisposeAsync();
    }
}
