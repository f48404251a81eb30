using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// One system for all tests that only look: it has the sample imported as the dataset <see cref="Dataset"/>, a model of the same name trained on it for an epoch
/// and in production, and what a page needs to show more than one of anything; the dataset <see cref="Changed"/> has two versions. Tests that change what others look at start a <see cref="Standalone"/> of their own.
/// </summary>
public sealed class SampleSystem : IAsyncLifetime
{
    public const string Dataset = "sample";

    /// <summary>Its versions differ, and the second has something left out and something flagged: see <see cref="ChangedArchives"/>.</summary>
    public const string Changed = "small";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly Standalone _standalone = new();

    public Uri Address => _standalone.Address;

    /// <summary>The id of the run that made version 1 of the model.</summary>
    public string RunId { get; private set; } = "";

    /// <summary>The id of the run that made version 2 of the model, a candidate.</summary>
    public string SecondRunId { get; private set; } = "";

    /// <summary>The id of a sweep of four candidates that has ended: with them there are more runs than can be compared at once.</summary>
    public string SweepId { get; private set; } = "";

    /// <summary>The id of the import that made version 1 of the dataset.</summary>
    public string ImportId { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _standalone.StartAsync(cancellationToken);
        using var client = new HttpClient { BaseAddress = Address };
        ImportId = await ImportAsync(client, cancellationToken);
        RunId = await DoAsync(client, "/api/runs", new { dataset = Dataset, model = Dataset, epochs = 1, batchSize = 8, precision = "bf16" }, cancellationToken);
        SecondRunId = await DoAsync(
            client, "/api/runs", new { dataset = Dataset, model = Dataset, architecture = "linear", epochs = 2, learningRate = "auto" }, cancellationToken);
        SweepId = await SweepAsync(client, cancellationToken);
        await ImportChangedAsync(client, cancellationToken);
    }

    public ValueTask DisposeAsync() => _standalone.DisposeAsync();

    /// <summary>Imports the sample as <see cref="Dataset"/>.</summary>
    /// <returns>The id of the import.</returns>
    internal static Task<string> ImportAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var zip = Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip");
        return DoAsync(client, "/api/imports", new { dataset = Dataset, profile = "genres", source = new { path = zip } }, cancellationToken);
    }

    private static async Task ImportChangedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("genrecloud-changed-");
        try
        {
            string[] zips = [Path.Combine(folder.FullName, "first.zip"), Path.Combine(folder.FullName, "second.zip")];
            await ChangedArchives.WriteAsync(zips[0], zips[1], cancellationToken);
            foreach (var zip in zips)
            {
                await DoAsync(client, "/api/imports", new { dataset = Changed, profile = "folders", source = new { path = zip } }, cancellationToken);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Four learning rates of the quickest network, of which nothing is registered.</summary>
    /// <returns>The id of the sweep, once its runs have ended.</returns>
    private static async Task<string> SweepAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var request = new { run = new { dataset = Dataset, architecture = "linear", epochs = 1, register = false }, parameters = new { learningRate = (double[])[0.001, 0.003, 0.01, 0.1] } };
        using var accepted = await client.PostAsJsonAsync(new Uri("/api/sweeps", UriKind.Relative), request, cancellationToken);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync(cancellationToken));
        while (true)
        {
            var report = await client.GetFromJsonAsync<JsonElement>(accepted.Headers.Location, cancellationToken);
            if (report.GetProperty("hasEnded").GetBoolean())
            {
                return report.GetProperty("sweep").GetProperty("id").GetString()!;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Asks for a job, and waits until it is completed.</summary>
    /// <returns>Its id.</returns>
    internal static async Task<string> DoAsync(HttpClient client, string jobs, object request, CancellationToken cancellationToken)
    {
        using var accepted = await client.PostAsJsonAsync(new Uri(jobs, UriKind.Relative), request, cancellationToken);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync(cancellationToken));
        while (true)
        {
            var job = await client.GetFromJsonAsync<JsonElement>(accepted.Headers.Location, cancellationToken);
            switch (job.GetProperty("status").GetString())
            {
                case "completed":
                    return job.GetProperty("id").GetString()!;
                case "failed":
                    throw new InvalidOperationException(job.ToString());
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }
}
