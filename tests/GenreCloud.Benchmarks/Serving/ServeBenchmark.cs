using System.Diagnostics;
using System.Globalization;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Inference;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>
/// <c>serve [--seconds N] [--rounds N] [--python PATH]</c>: spectrograms a second and latencies of ONNX Runtime alone, of the inference service over
/// HTTP (one client, saturation, its queue just full, and 5 times what it can do), and of the same network in FastAPI and PyTorch where the Python has them (<c>serving.sh</c>
/// installs them). All run in turns, round by round, so that whatever else the machine does meets all of them.
/// </summary>
internal static class ServeBenchmark
{
    private const string Verb = "serve";
    private const int PngCount = 16;

    /// <summary>Clients at saturation for each core: one computes while the next one's request is on its way.</summary>
    private const int ClientsPerCore = 2;

    /// <summary>Clients for each core that fill the queue, and of whom none is refused: one that runs, and those that may wait for it.</summary>
    private static readonly int FullQueuePerCore = 1 + new InferenceOptions().MaxQueuedRequestsPerRun;

    private const int Overload = 5;

    /// <summary>Before anything is measured: connections are opened, and code is compiled.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 3);
        var duration = TimeSpan.FromSeconds(ProcessBenchmark.Number(args, "--seconds", 10));
        var cores = Environment.ProcessorCount;
        var pngs = SampleDataset.ReadPngs(PngCount);
        List<byte[]> pictures = [.. pngs.Select(Decode)];
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        var onnx = await UntrainedModel.RegisterAsync(account, pngs[0]);

        using var narrow = new BareRuns(onnx, threads: 1, pictures);
        using var wide = new BareRuns(onnx, cores, pictures);
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString)]);
        using var ours = new HttpLoad(await service.WaitForAddressAsync(CancellationToken.None), $"/api/classify?model={UntrainedModel.Name}", pngs);
        var ways = new List<(string Name, Func<TimeSpan, Task<Latencies>> Run)>
        {
            ("bare, 1 run of 1 thread", span => narrow.RunAsync(1, span)),
            ("service, 1 client", span => ours.ClosedAsync(1, span)),
            ($"bare, 1 run of {cores} threads", span => wide.RunAsync(1, span)),
            ($"bare, {cores} runs of 1 thread", span => narrow.RunAsync(cores, span)),
            ($"service, {cores * ClientsPerCore} clients", span => ours.ClosedAsync(cores * ClientsPerCore, span)),
            ($"service, {cores * FullQueuePerCore} clients, its queue full", span => ours.ClosedAsync(cores * FullQueuePerCore, span)),
        };
        await using var peer = ProcessBenchmark.Option(args, "--python") is { } python ? await ServingPeer.StartAsync(python) : null;
        using var theirs = peer is null ? null : new HttpLoad(peer.Address, "/classify", pngs);
        if (theirs is not null)
        {
            ways.Add(("FastAPI and PyTorch, 1 client", span => theirs.ClosedAsync(1, span)));
            ways.Add(($"FastAPI and PyTorch, {cores * ClientsPerCore} clients", span => theirs.ClosedAsync(cores * ClientsPerCore, span)));
        }

        var results = ways.ToDictionary(way => way.Name, _ => new List<Latencies>());
        foreach (var (_, run) in ways)
        {
            await run(WarmUp);
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, run) in ways)
            {
                results[name].Add(await run(duration));
            }
        }

        Console.WriteLine($"| {cores} cores, {rounds} rounds of {duration.TotalSeconds:0} s | per second | p50 ms | p99 ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (name, _) in ways)
        {
            Print(name, Latencies.Of(results[name]));
        }

        var capacity = Latencies.Of(results[$"service, {cores * ClientsPerCore} clients"]).PerSecond;
        await ours.OpenAsync(Overload * capacity, WarmUp);
        using var process = Process.GetProcessById(service.ProcessId);
        var before = process.WorkingSet64;
        var (answered, refused) = await ours.OpenAsync(Overload * capacity, duration * rounds);
        process.Refresh();
        Print($"service, {Overload} times as many: answered", answered);
        Print($"service, {Overload} times as many: refused", refused);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"service: {before / 1e6:f0} MB before the overload, {process.WorkingSet64 / 1e6:f0} MB after it"));
        return 0;
    }

    private static void Print(string name, Latencies result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {name} | {result.PerSecond:f1} | {result.P50:f1} | {result.P99:f1} |"));

    private static byte[] Decode(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        return pixels;
    }
}
