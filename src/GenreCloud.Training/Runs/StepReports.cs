using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>Turns the trainer's steps into a run's progress, with the rate over the epoch so far: single steps vary.</summary>
internal sealed class StepReports(Action<RunProgress> report, int samplesPerStep, TimeProvider time) : IProgress<StepResult>
{
    private int _epoch = -1;
    private int _firstStep;
    private long _started;

    public void Report(StepResult value)
    {
        if (value.Epoch != _epoch)
        {
            // The first step of an epoch only starts the clock: what came before it may have been a validation.
            (_epoch, _firstStep, _started) = (value.Epoch, value.Step, time.GetTimestamp());
        }

        var steps = value.Step - _firstStep;
        var rate = steps == 0 ? value.ImagesPerSecond : steps * samplesPerStep / time.GetElapsedTime(_started).TotalSeconds;
        report(new RunProgress(value.Epoch + 1, value.Step + 1, value.TotalSteps, value.Loss, rate, value.LearningRate, value.GradientNorm));
    }
}
