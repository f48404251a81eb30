using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>What becomes of a run when its process or the service ends in the middle of it.</summary>
public sealed class RunProcessTests(AzuriteFixture azurite)
{
    /// <summary>Long enough to be in the middle of, whatever the machine.</summary>
    private static readonly object LongRun = new { dataset = SmallDataset.Name, epochs = 10_000, batchSize = 8 };

    /// <summary>Has several steps left after its first.</summary>
    private static readonly object MediumRun = new { dataset = SmallDataset.Name, epochs = 4, batchSize = 4 };

    private static readonly object ShortRun = new { dataset = SmallDataset.Name, epochs = 2, batchSize = 8 };

    [Fact]
    public async Task A_killed_process_fails_its_run_and_the_service_goes_on_with_the_next()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = await service.StartRunAsync(LongRun);
        await service.WaitForAsync(id, run => run.Progress is { Step: > 0 });
        var next = await service.StartRunAsync(ShortRun);

        Kill(await service.WaitForRunProcessAsync(id));

        var killed = await service.WaitForEndAsync(id);
        killed.Status.ShouldBe(RunStatus.Failed);
        killed.Error.ShouldNotBeNull().Title.ShouldBe("The training process ended before the run did");
        if (!OperatingSystem.IsWindows())
        {
            killed.Error.Detail.ShouldContain("memory runs out");
            killed.Error.Detail.ShouldContain("The run's batchSize is 8; 4 fits");
        }

        var completed = await service.WaitForEndAsync(next);
        completed.Status.ShouldBe(RunStatus.Completed, $"{completed.Error}");
        completed.Epochs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_process_that_is_asked_to_stop_leaves_its_run_to_be_done_again()
    {
        // Ctrl+C reaches the service and the run's process alike; the service may see its process end before it stops itself.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = await service.StartRunAsync(MediumRun);
        await service.WaitForAsync(id, run => run.Progress is { Step: > 0 });

        ServiceProcess.Terminate(await service.WaitForRunProcessAsync(id));

        var run = await service.WaitForEndAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        service.Service.Output.ShouldContain("was asked to stop from outside");
    }

    [Fact]
    public async Task A_stopped_service_leaves_its_run_to_the_next_one_which_finishes_it_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        string id;
        await using (var service = await TrainingProcess.StartAsync(account))
        {
            id = await service.StartRunAsync(MediumRun);
            await service.WaitForAsync(id, run => run.Progress is { Step: > 0 });
            using var child = Process.GetProcessById(await service.WaitForRunProcessAsync(id));

            (await service.Service.StopAsync(TestContext.Current.CancellationToken)).ShouldBe(0, service.Service.Output);

            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var successor = await TrainingProcess.StartAsync(account);
        var run = await successor.WaitForEndAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1, 2, 3, 4]);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.GetModelAsync(SmallDataset.Name, TestContext.Current.CancellationToken)).Versions.ShouldBe([1]);
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}
