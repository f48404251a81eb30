using System.Diagnostics;
using System.Globalization;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>start [--rounds N]</c>: how long each service takes from the start of its process until <c>/health</c> says that it is ready,
/// with an Azurite that runs already. The first start of each is not counted: it reads the files from disk.
/// </summary>
internal static class StartTime
{
    private const string Verb = "start";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 5);
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        foreach (var service in (string[])["GenreCloud.DatasetImport", "GenreCloud.Training", "GenreCloud.Inference"])
        {
            await MeasureAsync(service, account);
            var seconds = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                seconds.Add((await MeasureAsync(service, account)).TotalSeconds);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{service,-24} healthy after {ProcessBenchmark.Median(seconds):f2} s (median of {rounds}; slowest {seconds.Max():f2} s)"));
        }

        return 0;
    }

    private static async Task<TimeSpan> MeasureAsync(string project, StorageAccount account)
    {
        var started = Stopwatch.GetTimestamp();
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf(project),
            ["--urls", "http://127.0.0.1:0"],
            [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString)]);
        using var http = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken.None) };
        while (true)
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            if (health.IsSuccessStatusCode)
            {
                return Stopwatch.GetElapsedTime(started);
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }
}
