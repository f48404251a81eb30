using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Runs;

/// <summary>A run as its events tell it, with the curves that its page draws.</summary>
internal sealed class FollowedRun(Run run)
{
    private List<ChartPoint> _losses = [];
    private List<ChartPoint> _learningRates = [];
    private List<ChartPoint> _rates = [];

    public Run Run { get; private set; } = run;

    /// <summary>Training loss of each step, in nats. The curves of a long run are thinned (<see cref="DownSampling.Thin"/>).</summary>
    public IReadOnlyList<ChartPoint> Losses => _losses;

    public IReadOnlyList<ChartPoint> LearningRates => _learningRates;

    /// <summary>Spectrograms trained a second, of each step.</summary>
    public IReadOnlyList<ChartPoint> ImagesPerSecond => _rates;

    /// <summary>What is left of the phase that it is at; null while nothing is known.</summary>
    public TimeSpan? Remaining => !Run.HasEnded && Run.Progress is { ImagesPerSecond: > 0 } progress
        ? TimeSpan.FromSeconds((progress.TotalSteps - progress.Step) * Run.Settings.BatchSize / progress.ImagesPerSecond)
        : null;

    /// <summary>Whether the curve of the range test is there and has not been read: events do not have it.</summary>
    public bool LacksRangeTest => Run is { Settings.LearningRate.Peak: null, RangeTest: null, Progress.Phase: TrainingPhase.Training };

    /// <summary>Takes what happened.</summary>
    public void Apply(RunEvent happened)
    {
        switch (happened)
        {
            case RunMoved moved:
                Run = Run with { Status = moved.Status, Progress = moved.Progress ?? Run.Progress };
                break;
            case StepMade { Step: var step }:
                _losses = With(_losses, step.Step, step.Loss);
                _learningRates = With(_learningRates, step.Step, step.LearningRate);
                _rates = With(_rates, step.Step, step.ImagesPerSecond);
                break;
            case EpochFinished { Epoch: var epoch }:
                Run = Run with { Epochs = [.. Run.Epochs.Where(finished => finished.Epoch < epoch.Epoch), epoch] };
                break;
            case RunEnded ended:
                Run = ended.Run;
                break;
        }
    }

    /// <summary>Takes the run as it was read.</summary>
    public void Apply(Run read) => Run = read;

    private static List<ChartPoint> With(List<ChartPoint> curve, int step, double value)
    {
        // A run that went on from a checkpoint makes the steps since then again.
        if (curve.Count > 0 && curve[^1].X >= step)
        {
            curve.RemoveAll(point => point.X >= step);
        }

        curve.Add(new ChartPoint(step, value));
        return DownSampling.Thin(curve);
    }
}
