using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Charts;
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
    public void A_run_of_very_many_steps_keeps_few_points_and_its_peaks()
    {
        const int Steps = 100_000;
        var followed = new FollowedRun(SampleRuns.Training);
        foreach (var step in Enumerable.Range(1, Steps))
        {
            followed.Apply(SampleRuns.Step(step, loss: step == 777 ? 50 : 1 + (step % 7)));
        }

        foreach (var curve in (IReadOnlyList<ChartPoint>[])[followed.Losses, followed.LearningRates, followed.ImagesPerSecond])
        {
            curve.Count.ShouldBeInRange(1000, DownSampling.MostPoints);
            (curve[0].X, curve[^1].X).ShouldBe((1, Steps));
            curve.Zip(curve.Skip(1)).ShouldAllBe(pair => pair.First.X < pair.Second.X);
        }

        followed.Losses.ShouldContain(new ChartPoint(777, 50));

        // From a checkpoint on again.
        followed.Apply(SampleRuns.Step(50_000, loss: 3));
        followed.Losses[^1].ShouldBe(new ChartPoint(50_000, 3));
        followed.LearningRates[^1].X.ShouldBe(50_000);
        followed.ImagesPerSecond.ShouldAllBe(point => point.X <= 50_000);
    }

    [Fact]
    public void The_range_test_is_lacking_from_the_first_step_of_the_training_on()
    {
        var followed = new FollowedRun(SampleRuns.Training);
        followed.LacksRangeTest.ShouldBeFalse();

        followed.Apply(new RunMoved(RunStatus.Training, new RunProgress(1, 2, 100, 1.5, 32, 0.002, 1, TrainingPhase.RangeTest)));
        followed.LacksRangeTest.ShouldBeFalse();

        followed.Apply(new RunMoved(RunStatus.Training, new RunProgress(1, 1, 100, 1.5, 32, 0.002, 1, TrainingPhase.Training)));
        followed.LacksRangeTest.ShouldBeTrue();

        followed.Apply(followed.Run with { RangeTest = new RangeTestResult(0.001, [], FallbackReason: null) });
        followed.LacksRangeTest.ShouldBeFalse();
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
