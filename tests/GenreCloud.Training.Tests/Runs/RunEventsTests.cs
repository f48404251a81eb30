using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class RunEventsTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_are_told_within_a_second_of_being_made_and_not_at_the_end_of_their_epoch()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, clipsPerGenre: 30, _ => [], "techno", "classical");
        var id = await RunExecution.AcceptAsync(account, manifest, new RunRequest { Epochs = 1, BatchSize = 2 });
        using var recording = new TelemetryRecording();
        using var steps = new MadeSteps(recording.Root.TraceId);
        var following = FollowAsync(account, id);

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id, recording.Root.Context);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var told = await following;
        told.Count.ShouldBe(run.Progress!.TotalSteps);
        steps.At.Count.ShouldBe(told.Count);
        TimeSpan[] delays = [.. steps.At.Zip(told, (made, heard) => Stopwatch.GetElapsedTime(made, heard)).Order()];

        // The half of an epoch would be more. Not every one: the machine has other things to do.
        Stopwatch.GetElapsedTime(steps.At.First(), steps.At.Last()).ShouldBeGreaterThan(TimeSpan.FromSeconds(2.5));
        delays[delays.Length / 2].ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    /// <returns>When each step was told, in their order.</returns>
    private static async Task<IReadOnlyList<long>> FollowAsync(StorageAccount account, string id)
    {
        var told = new List<long>();
        await foreach (var one in RunEvents.FollowAsync(new RunStore(account.Blobs, TimeProvider.System), id, default, TimeProvider.System, CancellationToken))
        {
            if (one.Data is StepMetrics step)
            {
                told.Add(Stopwatch.GetTimestamp());
                step.Step.ShouldBe(told.Count);
            }
        }

        return told;
    }
}
