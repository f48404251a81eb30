using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>Turns the trainer's steps into a run's progress, with the rate over the epoch or the range test so far: single steps vary.</summary>
internal sealed class StepReports(Action<StepResult, RunProgress> report, int samplesPerStep, TimeProvider time) : IProgress<StepResult>
{
    private (TrainingPhase, int Epoch)? _part;
    private int _firstStep;
    private long _started;

    public void Report(StepResult value)
    {
        if ((value.Phase, value.Epoch) != _part)
        {
            // The first step of an epoch only starts the clock: what came before it may have been a validation.
            (_part, _firstStep, _started) = ((value.Phase, value.Epoch), value.Step, time.GetTimestamp());
        }

        var steps = value.Step - _firstStep;
        var rate = steps == 0 ? value.ImagesPerSecond : steps * samplesPerStep / time.GetElapsedTime(_started).TotalSeconds;
        report(
            value,
            new RunProgress(
                value.Epoch + 1, value.Step + 1, value.TotalSteps, value.Loss, rate, value.LearningRate, value.GradientNorm, value.Phase));
    }
}
