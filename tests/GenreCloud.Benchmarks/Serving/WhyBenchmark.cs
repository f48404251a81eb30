using System.Diagnostics;
using System.Globalization;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>
/// <c>why [--rounds N]</c>: how long the inference service takes to explain the answer of crnn to one spectrogram over HTTP, by itself and while another client
/// classifies all the time, and what that client waits for; and to one segment of songs of 4 and 20 minutes, which it looks for first.
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

        var picture = () => LoadRequest.File(pngs[0], "image/png");
        var (song, longSong) = (Song(rate: 44_100, minutes: 4), Song(rate: 11_025, minutes: 20));
        await ExplainAsync(client, picture);
        var (ofSong, ofSegment, ofLongSong) = (new List<double>(), new List<double>(), new List<double>());
        var alone = new List<double>();
        var besides = new List<double>();
        var (undisturbed, disturbed) = (new List<Latencies>(), new List<Latencies>());
        for (var round = 0; round < rounds; round++)
        {
            undisturbed.Add(await load.ClosedAsync(1, TimeSpan.FromSeconds(2)));
            alone.Add(await ExplainAsync(client, picture));
            ofSong.Add(await ExplainAsync(client, song));
            ofSegment.Add(await ExplainAsync(client, song, "&segment=7"));
            ofLongSong.Add(await ExplainAsync(client, longSong));

            // As long as an explanation takes, so that all of the client's requests meet one.
            var classifying = load.ClosedAsync(1, TimeSpan.FromSeconds(2));
            besides.Add(await ExplainAsync(client, picture));
            disturbed.Add(await classifying);
        }

        Print($"explanation on {Environment.ProcessorCount} cores", alone);
        Print("explanation of a song of 4 minutes (WAV, 44.1 kHz)", ofSong);
        Print("explanation of one segment of it, named", ofSegment);
        Print("explanation of a song of 20 minutes (WAV, 11 kHz)", ofLongSong);
        Print("explanation while another client classifies", besides);
        Print("one client, alone", Latencies.Of(undisturbed));
        Print("one client, beside an explanation", Latencies.Of(disturbed));
        return 0;
    }

    private static Func<ByteArrayContent> Song(int rate, int minutes)
    {
        var wav = NoiseWav.Make(rate, minutes * 60);
        return () => LoadRequest.File(wav, "audio/wav");
    }

    private static async Task<double> ExplainAsync(HttpClient client, Func<ByteArrayContent> file, string query = "")
    {
        using var content = file();
        var started = Stopwatch.GetTimestamp();
        using var response = await client.PostAsync(new Uri($"/api/classify/why?model={UntrainedModel.Name}{query}", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Print(string name, List<double> seconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: median {ProcessBenchmark.Median(seconds):f2} s, longest {seconds.Max():f2} s of {seconds.Count}"));

    private static void Print(string name, Latencies result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: p50 {result.P50:f1} ms, p99 {result.P99:f1} ms"));
}
