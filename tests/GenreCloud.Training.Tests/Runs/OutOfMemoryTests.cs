using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>
/// Memory that runs out, for real: the system refuses a run's process more data than a limit, which needs no rights, is inherited from the
/// service, and leaves other processes alone.
/// </summary>
public sealed partial class OutOfMemoryTests(AzuriteFixture azurite)
{
    /// <summary>Enough for a few spectrograms a step, in either precision, and for less than a third of <see cref="ClipsPerGenre"/>'s batch.</summary>
    private const long DataBytes = 3_200_000_000;

    private const int ClipsPerGenre = 28;

    [Fact]
    public async Task A_run_whose_batch_does_not_fit_fails_once_and_names_one_that_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is a Linux program.");
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, ClipsPerGenre, _ => [], "classical", "metal", "techno");
        await using var service = await TrainingProcess.StartAsync(account);
        await LimitDataAsync(service.Service.ProcessId);

        var failed = await service.WaitForEndAsync(await service.StartRunAsync(Request(batchSize: 64)));

        failed.Status.ShouldBe(RunStatus.Failed);
        var error = failed.Error.ShouldNotBeNull();
        error.Title.ShouldBe("Memory ran out", $"{error}");
        error.Detail.ShouldContain("The run's batchSize is 64;");
        var fitting = int.Parse(FittingBatchSize().Match(error.Detail).Groups["size"].Value, CultureInfo.InvariantCulture);
        fitting.ShouldBeInRange(2, 16);
        service.Service.Output.ShouldNotContain("failed in attempt");
        var completed = await service.WaitForEndAsync(await service.StartRunAsync(Request(fitting)));
        completed.Status.ShouldBe(RunStatus.Completed, $"{completed.Error}");
    }

    private static object Request(int batchSize) => new { dataset = SmallDataset.Name, epochs = 1, batchSize };

    private static async Task LimitDataAsync(int processId)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{processId}", $"--data={DataBytes}"]);
        await prlimit.WaitForExitAsync(TestContext.Current.CancellationToken);
        prlimit.ExitCode.ShouldBe(0);
    }

    [GeneratedRegex("Start it again with batchSize (?<size>[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex FittingBatchSize();
}
