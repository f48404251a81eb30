using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>
/// <c>why [--rounds N]</c>: how long the inference service takes to explain the answer of crnn to one spectrogram over HTTP, by itself and while another client
/// classifies all the time; and what that client waits for.
/// </summary>
internal static class WhyBenchmark
{
    private const string Verb = "why";

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 5);
        var pngs = SampleDataset.ReadPngs(4);
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        await UntrainedModel.RegisterAsync(account, pngs[0]);
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString)]);
        var address = await service.WaitForAddressAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = address };
        using var load = new HttpLoad(address, $"/api/classify?model={UntrainedModel.Name}", pngs);

        await ExplainAsync(client, pngs[0]);
        var alone = new List<double>();
        var besides = new List<double>();
        var (undisturbed, disturbed) = (new List<Latencies>(), new List<Latencies>());
        for (var round = 0; round < rounds; round++)
        {
            undisturbed.Add(await load.ClosedAsync(1, TimeSpan.FromSeconds(2)));
            alone.Add(await ExplainAsync(client, pngs[0]));

            // As long as an explanation takes, so that all of the client's requests meet one.
            var classifying = load.ClosedAsync(1, TimeSpan.FromSeconds(2));
            besides.Add(await ExplainAsync(client, pngs[0]));
            disturbed.Add(await classifying);
        }

        Print($"explanation on {Environment.ProcessorCount} cores", alone);
        Print("explanation while another client classifies", besides);
        Print("one client, alone", Latencies.Of(undisturbed));
        Print("one client, beside an explanation", Latencies.Of(disturbed));
        return 0;
    }

    private static async Task<double> ExplainAsync(HttpClient client, byte[] png)
    {
        using var content = new ByteArrayContent(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        var started = Stopwatch.GetTimestamp();
        using var response = await client.PostAsync(new Uri($"/api/classify/why?model={UntrainedModel.Name}", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Print(string name, List<double> seconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: median {ProcessBenchmark.Median(seconds):f2} s, longest {seconds.Max():f2} s of {seconds.Count}"));

    private static void Print(string name, Latencies result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: p50 {result.P50:f1} ms, p99 {result.P99:f1} ms"));
}
