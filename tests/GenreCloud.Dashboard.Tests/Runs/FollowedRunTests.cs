using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Runs;

namespace GenreCloud.Dashboard.Tests.Runs;

public sealed class FollowedRunTests
{
    [Fact]
    public void What_happens_is_in_the_run_and_its_curves()
    {
        var followed = new FollowedRun(SampleRuns.Training);

        followed.Apply(new RunMoved(RunStatus.Training, new RunProgress(1, 2, 100, 1.5, 32, 0.002, 1, TrainingPhase.Training)));
        followed.Apply(SampleRuns.Step(1, loss: 2));
        followed.Apply(SampleRuns.Step(2, loss: 1.5));
        followed.Apply(new EpochFinished(SampleRuns.Epoch(1)));

        followed.Losses.Select(point => (point.X, point.Y)).ShouldBe([(1, 2), (2, 1.5)]);
        followed.Run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1]);

        // 98 steps of 16 at 32 a second.
        followed.Remaining.ShouldBe(TimeSpan.FromSeconds(49));
        followed.LacksRangeTest.ShouldBeTrue();
    }

    [Fact]
    public void Steps_and_epochs_that_are_made_again_take_the_place_of_the_earlier_ones()
    {
        var followed = new FollowedRun(SampleRuns.Training);
        foreach (var step in Enumerable.Range(1, 5))
        {
            followed.Apply(SampleRuns.Step(step, loss: 9));
        }

        followed.Apply(new EpochFinished(SampleRuns.Epoch(1)));
        followed.Apply(new EpochFinished(SampleRuns.Epoch(2)));
        followed.Apply(SampleRuns.Step(3, loss: 1));
        followed.Apply(new EpochFinished(SampleRuns.Epoch(2)));

        followed.Losses.Select(point => (point.X, point.Y)).ShouldBe([(1, 9), (2, 9), (3, 1)]);
        followed.LearningRates.Count.ShouldBe(3);
        followed.Run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1, 2]);
    }

    [Fact]
    public void An_ended_run_has_nothing_left()
    {
        var followed = new FollowedRun(SampleRuns.Training);

        followed.Apply(new RunEnded(SampleRuns.Training with { Status = RunStatus.Completed, Progress = new RunProgress(10, 99, 100, 1, 20, 0.001, 1, TrainingPhase.Training) }));

        followed.Remaining.ShouldBeNull();
        followed.Run.HasEnded.ShouldBeTrue();
    }
}
