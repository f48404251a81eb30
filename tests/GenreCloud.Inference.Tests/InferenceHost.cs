using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Inference.Tests;

/// <summary>The inference service over HTTP, and the few requests that the tests make of it.</summary>
internal sealed class InferenceHost : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly IAsyncDisposable _service;

    private InferenceHost(IAsyncDisposable service, HttpClient client)
    {
        _service = service;
        Client = client;
    }

    public HttpClient Client { get; }

    /// <summary>A part of the service that was started inside the tests' process.</summary>
    public T Part<T>()
        where T : notnull =>
        ((ServiceHost)_service).Services.GetRequiredService<T>();

    /// <summary>The process of the service that was started as one.</summary>
    public int ProcessId => ((ServiceProcess)_service).ProcessId;

    /// <summary>Starts the service inside the tests' process.</summary>
    /// <param name="time">The service's clock; the real one unless given.</param>
    public static async Task<InferenceHost> StartAsync(StorageAccount account, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var service = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.Services.AddSingleton(time ?? TimeProvider.System);
                builder.AddServiceDefaults();
                builder.AddInference();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapInference();
            },
            [.. settings.Append(("Inference:IntraOpThreads", "1")).DistinctBy(setting => setting.Item1)]);
        return new InferenceHost(service, service.Client);
    }

    /// <summary>Starts the service as the process that it is in production.</summary>
    public static async Task<InferenceHost> StartProcessAsync(StorageAccount account, params (string Key, string Value)[] settings)
    {
        IEnumerable<(string Key, string Value)> all =
        [
            ("ConnectionStrings:blobs", account.ConnectionString), ("ConnectionStrings:queues", account.ConnectionString),
            ("Inference:IntraOpThreads", "1"), .. settings,
        ];
        var process = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            all.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)));
        try
        {
            return new InferenceHost(process, new HttpClient { BaseAddress = await process.WaitForAddressAsync(TestContext.Current.CancellationToken) });
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public static ByteArrayContent Png(byte[] bytes) => File(bytes, "image/png");

    /// <param name="contentType">Null for none.</param>
    public static ByteArrayContent File(byte[] bytes, string? contentType) =>
        new(bytes) { Headers = { ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType) } };

    public Task<HttpResponseMessage> PostAsync(HttpContent content, string query = "") =>
        Client.PostAsync(new Uri($"/api/classify{query}", UriKind.Relative), content, TestContext.Current.CancellationToken);

    /// <summary>The answer to a spectrogram; fails the test when it is not 200.</summary>
    public async Task<Answer> ClassifyAsync(byte[] png, string query = "")
    {
        using var content = Png(png);
        return await ClassifyAsync(content, query);
    }

    /// <summary>The answer to what must be answered.</summary>
    public async Task<Answer> ClassifyAsync(HttpContent content, string query = "")
    {
        using var response = await PostAsync(content, query);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(200, body);
        return JsonSerializer.Deserialize<Answer>(body, GenreCloudJson.Options)!;
    }

    /// <summary>The problem details of a request that must not succeed.</summary>
    public async Task<Problem> ProblemAsync(HttpContent content, string query = "")
    {
        using var response = await PostAsync(content, query);
        return await ProblemAsync(response);
    }

    public static async Task<Problem> ProblemAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = (await response.Content.ReadFromJsonAsync<Problem>(GenreCloudJson.Options, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        problem.Status.ShouldBe((int)response.StatusCode);
        return problem;
    }

    /// <summary>The JSON of a GET, whatever its status.</summary>
    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(GenreCloudJson.Options, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for the health until the check of the models has that status and says that.</summary>
    public async Task WaitForHealthAsync(string status, string says = "")
    {
        while (true)
        {
            var models = (await GetJsonAsync("/health")).GetProperty("checks").GetProperty("models");
            if (models.GetProperty("status").GetString() == status
                && models.GetProperty("description").GetString()!.Contains(says, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the service, which was started as a process, as kill -9 does.</summary>
    public Task KillAsync() => ((ServiceProcess)_service).KillAsync();

    /// <summary>Asks the service, which was started as a process, to stop, and waits until it has.</summary>
    public Task StopAsync() => ((ServiceProcess)_service).StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _service.DisposeAsync();
    }
}

/// <summary>The JSON of a classification.</summary>
internal sealed record Answer(
    string Model, int Version, IReadOnlyList<AnsweredLabel> Predictions, bool? Unsure, IReadOnlyList<AnsweredSegment>? Segments, double DurationMs)
{
    /// <summary>Probabilities in the order of the model's labels, when all were asked for.</summary>
    public float[] Probabilities => [.. TestModel.Labels.Select(label => Predictions.Single(prediction => prediction.Label == label).Probability)];
}

internal sealed record AnsweredLabel(string Label, float Probability);

internal sealed record AnsweredSegment(double Start, double End, IReadOnlyList<AnsweredLabel> Predictions, bool? Unsure);

internal sealed record Problem(int Status, string Title, string? Detail);
