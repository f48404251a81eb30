using System.Diagnostics;
using GenreCloud.Modeling;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>What benchmarks of training from storage have in common: a dataset in Azurite, and a process in a run's own environment.</summary>
internal static class StorageBenchmark
{
    private const string ConnectionStringVariable = "GENRECLOUD_BENCHMARK_STORAGE";

    /// <summary>In the process that measures.</summary>
    public static string ConnectionString => Environment.GetEnvironmentVariable(ConnectionStringVariable)!;

    /// <summary>Stores the dataset, and starts this program again to measure.</summary>
    public static async Task RunAsync(string childVerb, string[] args)
    {
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        await StoredDataset.WriteAsync(account, ProcessBenchmark.Option(args, "--zip") ?? SampleDataset.Path, ProcessBenchmark.Number(args, "--pictures", 2000));
        var start = new ProcessStartInfo(Environment.ProcessPath!, [childVerb, .. args[1..]]) { Environment = { [ConnectionStringVariable] = account.ConnectionString } };
        foreach (var (name, value) in CpuTraining.Environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"The process ended with {child.ExitCode}.");
        }
    }

    public static TrainingOptions Options(string[] args) => new()
    {
        Epochs = 1,
        BatchSize = ProcessBenchmark.Number(args, "--batch", 16),
        Threads = ProcessBenchmark.Number(args, "--threads", Environment.ProcessorCount),
        Precision = Precision.Bf16,
    };

    /// <summary>A batch that stays as it is.</summary>
    public static async Task<Batch> FirstBatchAsync(IBatchSource source) =>
        await source.TrainingEpoch(0, 0, CancellationToken.None).Select(batch => batch with { Pixels = batch.Pixels.ToArray() }).FirstAsync();
}
