using System.Diagnostics;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>Beside the other tests, because it waits for what the killed service owned to run out: half a minute, or a whole one.</summary>
public sealed class KilledServiceTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_killed_service_takes_its_runs_process_along_and_the_next_service_finishes_the_run()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        string id;
        await using (var service = await TrainingProcess.StartAsync(account))
        {
            id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 4, batchSize = 4 });
            await service.WaitForAsync(id, run => run.Progress is { Step: > 0 });
            using var child = Process.GetProcessById(await service.WaitForRunProcessAsync(id));

            await service.Service.KillAsync();

            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var successor = await TrainingProcess.StartAsync(account);
        var run = await successor.WaitForEndAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1, 2, 3, 4]);
    }
}
