using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;

namespace GenreCloud.Training.Tests.Sweeps;

public sealed class SweepStandingsTests
{
    [Fact]
    public void Of_two_that_are_right_as_often_the_one_with_the_lower_loss_of_its_registered_weights_is_best()
    {
        // The last epoch of the first is the worse of the two; the epoch that it was registered with is the better.
        Run[] runs = [Completed("a", loss: 0.5, lastLoss: 0.9), Completed("b", loss: 0.6, lastLoss: 0.6)];

        var standings = Of(runs).Standings;

        standings.Select(standing => (standing.Candidate, standing.Loss, standing.IsBest)).ShouldBe([(0, 0.5, true), (1, 0.6, false)]);
    }

    [Fact]
    public void A_run_of_an_older_version_is_ranked_by_its_last_epoch() =>
        Of([Completed("a", loss: null, lastLoss: 0.9)]).Standings.ShouldHaveSingleItem().Loss.ShouldBe(0.9);

    private static SweepReport Of(Run[] runs) => SweepStandings.Of(
        new Sweep
        {
            Id = "sweep",
            Request = new SweepRequest(),
            Candidates = [.. runs.Select(run => new SweepCandidate([], [run.Id]))],
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
        [.. runs.Select(run => (IReadOnlyList<Run>)[run])],
        new PooledEvaluation?[runs.Length]);

    private static Run Completed(string id, double? loss, double lastLoss) => new()
    {
        Id = id,
        Status = RunStatus.Completed,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Settings = new RunSettings
        {
            Dataset = "small",
            Version = 1,
            Architecture = "linear",
            Model = "small",
            Epochs = 1,
            BatchSize = 4,
            LearningRate = 0.001,
            WeightDecay = 0,
            Selection = WeightSelection.Best,
            Seed = 1,
            Precision = Precision.Fp32,
            Split = new SplitSpec(),
        },
        Epochs =
        [
            new EpochMetrics
            {
                Epoch = 1,
                TrainingLoss = 1,
                TrainingTop1 = 0,
                TrainingTop5 = 0,
                ValidationLoss = lastLoss,
                ValidationTop1 = 0,
                ValidationTop5 = 0,
                ImagesPerSecond = 1,
                Seconds = 1,
            },
        ],
        Result = new RunResult
        {
            TrainingSamples = 8,
            ValidationSamples = 4,
            Loss = loss,
            Top1 = 0.75,
            Top5 = 1,
            MajorityBaseline = 0.5,
            ImagesPerSecond = 1,
            Precision = Precision.Fp32,
            PeakMemoryBytes = 1,
        },
    };
}
