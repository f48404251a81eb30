using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>Beside the other tests, because it waits for what the killed service owned to run out: half a minute, or a whole one.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class KilledServiceTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_service_takes_its_runs_process_along_and_the_other_service_goes_on_with_the_run_to_the_same_bits()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var first = await TrainingProcess.StartAsync(account);
        await using var second = await TrainingProcess.StartAsync(account);
        var request = new { dataset = SmallDataset.Name, epochs = 4, batchSize = 4, augmentation = new { timeMasks = 1, mixupAlpha = 0.2 } };
        var id = await first.StartRunAsync(request);
        var (firstTakes, secondTakes) = (first.WaitForRunProcessAsync(id), second.WaitForRunProcessAsync(id));
        var (owner, other) = await Task.WhenAny(firstTakes, secondTakes) == firstTakes ? (first, second) : (second, first);
        var killed = await other.WaitForAsync(id, run => run.Epochs.Count > 0);
        using var child = Process.GetProcessById(await owner.WaitForRunProcessAsync(id));

        await owner.Service.KillAsync();

        await child.WaitForExitAsync(CancellationToken);
        var run = await other.WaitForEndAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1, 2, 3, 4]);
        run.Epochs[0].ShouldBe(killed.Epochs[0], "it was not trained again: its duration is the same, too");
        (await other.WaitForRunProcessAsync(id)).ShouldNotBe(child.Id);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldBe([run.Result!.ModelVersion!.Value]);
        var undisturbed = await other.WaitForEndAsync(await other.StartRunAsync(request));
        (await ShaAsync(undisturbed)).ShouldBe(await ShaAsync(run));

        async Task<string> ShaAsync(Run ended) =>
            (await registry.GetCardAsync(SmallDataset.Name, ended.Result!.ModelVersion!.Value, CancellationToken)).Sha256;
    }
}
