namespace GenreCloud.Modeling;

/// <summary>The loss stopped being a finite number: the weights are lost, and more steps would not bring them back.</summary>
public sealed class TrainingDivergedException(int epoch, int step, double loss, double learningRate)
    : Exception(FormattableString.Invariant($"The loss became {loss} in epoch {epoch + 1}, step {step + 1}, at learning rate {learningRate:g3}. Train with a lower learning rate."))
{
    /// <summary>From 0.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>From 0, counted over the whole run.</summary>
    public int Step { get; } = step;
}
