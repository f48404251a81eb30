using System.Diagnostics;
using System.Globalization;
using GenreCloud.Modeling;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>
/// <c>soak [--minutes N] [--mix]</c>: the memory of the inference service while clients ask it without a pause, for pictures, or with <c>--mix</c> for songs,
/// batches, explanations and by the Open Inference Protocol as well. It serves <c>linear</c>, whose answer takes a thirtieth of <c>crnn</c>'s time: what a request
/// left behind would show as much sooner.
/// </summary>
internal static class SoakBenchmark
{
    private const string Verb = "soak";
    private const int Clients = 4;
    private const int Readings = 10;

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var span = TimeSpan.FromMinutes(ProcessBenchmark.Number(args, "--minutes", 10)) / Readings;
        var pngs = SampleDataset.ReadPngs(16);
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        await UntrainedModel.RegisterAsync(account, pngs[0], LinearClassifier.ArchitectureName);
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString)]);
        var address = await service.WaitForAddressAsync(CancellationToken.None);
        using var load = args.Contains("--mix")
            ? new HttpLoad(address, MixedRequests.Of(UntrainedModel.Name, pngs))
            : new HttpLoad(address, $"/api/classify?model={UntrainedModel.Name}", pngs);
        using var process = Process.GetProcessById(service.ProcessId);

        Console.WriteLine("| requests | MB | per second | p99 ms |");
        Console.WriteLine("|---|---|---|---|");
        var requests = 0;
        for (var reading = 0; reading < Readings; reading++)
        {
            var answers = await load.ClosedAsync(Clients, span);
            requests += answers.Milliseconds.Count;
            process.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {requests} | {process.WorkingSet64 / 1e6:f0} | {answers.PerSecond:f0} | {answers.P99:f1} |"));
        }

        return 0;
    }
}
