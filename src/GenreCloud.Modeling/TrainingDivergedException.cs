namespace GenreCloud.Modeling;

/// <summary>The loss or its gradient stopped being a finite number: the weights are lost, and more steps would not bring them back.</summary>
public sealed class TrainingDivergedException : Exception
{
    private TrainingDivergedException(string what, int epoch, int step, double learningRate, TrainingOptions options)
        : base(FormattableString.Invariant(
            $"{what} in epoch {epoch + 1}, step {step + 1}, at learning rate {learningRate:g3}. {Advice(options)}"))
    {
        Epoch = epoch;
        Step = step;
    }

    /// <summary>From 0.</summary>
    public int Epoch { get; }

    /// <summary>From 0, counted over the whole run.</summary>
    public int Step { get; }

    /// <param name="gradientNorm">Looked at where the loss is finite.</param>
    internal static TrainingDivergedException InStep(
        int epoch, int step, double loss, double gradientNorm, double learningRate, TrainingOptions options) =>
        new(
            double.IsFinite(loss)
                ? FormattableString.Invariant($"The gradient's norm became {gradientNorm} at loss {loss:g4}")
                : FormattableString.Invariant($"The loss became {loss}"),
            epoch,
            step,
            learningRate,
            options);

    /// <param name="step">The last one before the validation.</param>
    internal static TrainingDivergedException InValidation(int epoch, int step, double loss, double learningRate, TrainingOptions options) =>
        new(FormattableString.Invariant($"The validation loss became {loss}"), epoch, step, learningRate, options);

    private static string Advice(TrainingOptions options)
    {
        string advice = "Train with a lower learning rate";
        if (options.GradientClip is null)
        {
            advice += ", or with gradients clipped to a norm of 1";
        }

        return options.Precision == Precision.Bf16 ? $"{advice}, or in fp32." : $"{advice}.";
    }
}
