namespace GenreCloud.Modeling;

/// <summary>
/// The one-cycle policy (Smith and Topin 2018) in fastai's form: the learning rate rises from peak/25 to the peak over the first
/// quarter and falls to peak/100,000, both along half a cosine, while beta1 goes 0.95, 0.85, 0.95 against it.
/// </summary>
public sealed record OneCycle
{
    private const double WarmUp = 0.25;
    private const double StartDivisor = 25;
    private const double EndDivisor = 1e5;
    private const double HighMomentum = 0.95;
    private const double LowMomentum = 0.85;

    /// <summary>A schedule for one run.</summary>
    /// <param name="totalSteps">Optimizer steps of the whole run, at least 1.</param>
    /// <param name="peakLearningRate">The highest learning rate, positive.</param>
    public OneCycle(int totalSteps, double peakLearningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(peakLearningRate);
        TotalSteps = totalSteps;
        PeakLearningRate = peakLearningRate;
    }

    public int TotalSteps { get; }

    public double PeakLearningRate { get; }

    /// <summary>The learning rate and beta1 that a step is made with.</summary>
    /// <param name="step">Index of the step, from 0 to <see cref="TotalSteps"/> - 1.</param>
    public (double LearningRate, double Momentum) At(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, TotalSteps);

        double progress = (double)step / TotalSteps;
        if (progress < WarmUp)
        {
            double rising = progress / WarmUp;
            return (Cosine(PeakLearningRate / StartDivisor, PeakLearningRate, rising), Cosine(HighMomentum, LowMomentum, rising));
        }

        double falling = (progress - WarmUp) / (1 - WarmUp);
        return (Cosine(PeakLearningRate, PeakLearningRate / EndDivisor, falling), Cosine(LowMomentum, HighMomentum, falling));
    }

    private static double Cosine(double from, double to, double progress) => from + (to - from) * (1 - Math.Cos(Math.PI * progress)) / 2;
}
