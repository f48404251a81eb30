using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using GenreCloud.Testing;
using GenreCloud.Testing.Otlp;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>telemetry [--rounds N] [--requests N]</c>: classifications a second, and CPU time of each, of the inference service that exports
/// logs, traces and metrics to an OTLP receiver, against one that exports nothing. Both run all the time and are asked in turns,
/// in an order that changes from round to round, so that what else the machine does meets both.
/// </summary>
internal static class TelemetryCost
{
    private const string Verb = "telemetry";
    private const int WarmUpRequests = 100;
    private const int PngCount = 16;

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 20);
        var requests = ProcessBenchmark.Number(args, "--requests", 50);
        var pngs = SampleDataset.ReadPngs(PngCount);
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        await UntrainedModel.RegisterAsync(account, pngs[0]);
        await using var receiver = await OtlpReceiver.StartAsync(CancellationToken.None);

        // Exported as often as by default: what the receiver asks for by itself is for tests.
        await using var with = await Subject.StartAsync(account, receiver.Environment.Where(setting => setting.Name.Contains("OTLP", StringComparison.Ordinal)));
        await using var without = await Subject.StartAsync(account, []);
        await with.ClassifyAsync(pngs, WarmUpRequests);
        await without.ClassifyAsync(pngs, WarmUpRequests);

        var throughput = new List<double>();
        var cpu = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            Subject[] order = round % 2 == 0 ? [with, without] : [without, with];
            var results = new Dictionary<Subject, Cost>();
            foreach (var subject in order)
            {
                results[subject] = await subject.ClassifyAsync(pngs, requests);
            }

            throughput.Add(results[with].PerSecond / results[without].PerSecond);
            cpu.Add(results[with].CpuMilliseconds / results[without].CpuMilliseconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1,2}: with {results[with].PerSecond,6:f1}/s {results[with].CpuMilliseconds,6:f1} CPU ms, without {results[without].PerSecond,6:f1}/s {results[without].CpuMilliseconds,6:f1} CPU ms"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median of {rounds} rounds of {requests} classifications, with against without telemetry: throughput {ProcessBenchmark.Median(throughput):f3}, CPU time {ProcessBenchmark.Median(cpu):f3}; {receiver.Spans.Count} spans received"));
        return 0;
    }

    private sealed record Cost(double PerSecond, double CpuMilliseconds);

    /// <summary>An inference service as a process of its own, asked by one caller, one request after another.</summary>
    private sealed class Subject : IAsyncDisposable
    {
        private readonly ServiceProcess _service;
        private readonly Process _process;
        private readonly HttpClient _client;

        private Subject(ServiceProcess service, Uri address)
        {
            _service = service;
            _process = Process.GetProcessById(service.ProcessId);
            _client = new HttpClient { BaseAddress = address };
        }

        public static async Task<Subject> StartAsync(StorageAccount account, IEnumerable<(string Name, string Value)> environment)
        {
            var service = ServiceProcess.Start(
                ServiceProcess.ExecutableOf("GenreCloud.Inference"),
                ["--urls", "http://127.0.0.1:0"],
                [
                    ("ConnectionStrings__blobs", account.ConnectionString),
                    ("ConnectionStrings__queues", account.ConnectionString),
                    ("Inference__IntraOpThreads", "1"),
                    .. environment,
                ]);
            return new Subject(service, await service.WaitForAddressAsync(CancellationToken.None));
        }

        public async Task<Cost> ClassifyAsync(List<byte[]> pngs, int requests)
        {
            _process.Refresh();
            var cpu = _process.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            for (var request = 0; request < requests; request++)
            {
                using var content = new ByteArrayContent(pngs[request % pngs.Count]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
                using var response = await _client.PostAsync(new Uri($"/api/classify?model={UntrainedModel.Name}", UriKind.Relative), content);
                response.EnsureSuccessStatusCode();
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            _process.Refresh();
            return new Cost(requests / elapsed.TotalSeconds, (_process.TotalProcessorTime - cpu).TotalMilliseconds / requests);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            _process.Dispose();
            await _service.DisposeAsync();
        }
    }
}
