namespace GenreCloud.Modeling;

/// <summary>
/// The learning-rate range test (Smith 2017) in fastai's form: steps at rates that rise exponentially from 1e-7 to 10, until the
/// smoothed loss exceeds four times its lowest value. The rate at which it falls fastest is the one to train with.
/// </summary>
internal sealed class LearningRateRangeTest
{
    /// <summary>Steps from the lowest rate to the highest.</summary>
    public const int Steps = 100;

    private const double LowestRate = 1e-7;
    private const double HighestRate = 10;

    /// <summary>Weight of the past in the exponential mean of the losses.</summary>
    private const double Smoothing = 0.98;

    private const double DivergenceFactor = 4;

    /// <summary>The first points are means of few losses: they vary more than they fall.</summary>
    private const int Skipped = Steps / 10;

    /// <summary>Steps to each side over which the slope is taken. Between neighbours a batch that is harder than others outweighs the fall.</summary>
    private const int SlopeReach = 5;

    /// <summary>A smaller fall is the difference between batches.</summary>
    private const double LeastFall = 0.02;

    /// <summary>Suggestions below would take more epochs than anyone waits for; above, few runs of these networks hold.</summary>
    private const double LowestSuggestion = 1e-5;

    private const double HighestSuggestion = 0.1;

    private readonly List<RangeTestPoint> _curve = [];
    private double _mean;

    /// <summary>Learning rate of a step.</summary>
    /// <param name="step">0 to <see cref="Steps"/> - 1.</param>
    public static double RateAt(int step) => LowestRate * Math.Pow(HighestRate / LowestRate, step / (Steps - 1.0));

    /// <summary>Takes the loss of the next step.</summary>
    /// <param name="loss">Loss before the step, nats; not finite where the weights were lost.</param>
    /// <returns>Whether there is another step to be made.</returns>
    public bool Add(double loss)
    {
        if (!double.IsFinite(loss))
        {
            return false;
        }

        _mean = Smoothing * _mean + (1 - Smoothing) * loss;
        double smoothed = _mean / (1 - Math.Pow(Smoothing, _curve.Count + 1));
        _curve.Add(new RangeTestPoint(RateAt(_curve.Count), loss, smoothed));
        return _curve.Count < Steps && smoothed <= DivergenceFactor * _curve.Min(point => point.SmoothedLoss);
    }

    /// <summary>What the losses so far say.</summary>
    /// <param name="fallback">The rate where they say nothing.</param>
    public RangeTestResult Result(double fallback)
    {
        if (_curve.Count < Skipped + 2 * SlopeReach)
        {
            return Fallback($"The loss ran away after {_curve.Count} of {Steps} steps.");
        }

        int lowest = Enumerable.Range(Skipped, _curve.Count - Skipped).MinBy(step => _curve[step].SmoothedLoss);
        if (_curve[lowest].SmoothedLoss > (1 - LeastFall) * _curve[Skipped].SmoothedLoss)
        {
            return Fallback("The loss fell at no learning rate.");
        }

        int steepest = Enumerable.Range(Skipped, lowest - Skipped + 1).MinBy(Slope);
        return new RangeTestResult(Math.Clamp(_curve[steepest].LearningRate, LowestSuggestion, HighestSuggestion), _curve, FallbackReason: null);

        RangeTestResult Fallback(string reason) => new(
            fallback, _curve, FormattableString.Invariant($"{reason} The learning rate is {fallback}, that of the published recipe."));
    }

    /// <summary>Rise of the smoothed loss for every step around this one; the steps are even in the rate's logarithm.</summary>
    private double Slope(int step)
    {
        int from = Math.Max(Skipped, step - SlopeReach);
        int to = Math.Min(_curve.Count - 1, step + SlopeReach);
        return (_curve[to].SmoothedLoss - _curve[from].SmoothedLoss) / (to - from);
    }
}

/// <summary>What a learning-rate range test found.</summary>
/// <param name="LearningRate">The rate to train with, 1e-5 to 0.1.</param>
/// <param name="Curve">Its steps, by rising rate.</param>
/// <param name="FallbackReason">Why the rate is not from the curve but the default one; null when it is from the curve.</param>
public sealed record RangeTestResult(double LearningRate, IReadOnlyList<RangeTestPoint> Curve, string? FallbackReason);

/// <summary>One step of a range test.</summary>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="Loss">Loss before the step, nats.</param>
/// <param name="SmoothedLoss">Exponential mean of the losses so far, corrected for its start at 0.</param>
public sealed record RangeTestPoint(double LearningRate, double Loss, double SmoothedLoss);
