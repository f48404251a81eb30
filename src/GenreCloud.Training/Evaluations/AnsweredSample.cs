using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace GenreCloud.Training.Evaluations;

/// <summary>A sample with its label and what a network answered.</summary>
/// <param name="Id">Of the sample in its dataset version.</param>
/// <param name="Label">Its class, an index into the labels.</param>
/// <param name="Group">Samples of one group are not independent of each other: <see cref="Datasets.Splits.ArtistGroups"/>.</param>
/// <param name="Logits">float32 [classes], finite.</param>
internal sealed record AnsweredSample(string Id, int Label, int Group, float[] Logits)
{
    /// <summary>The most probable class; of equal ones the first.</summary>
    [JsonIgnore]
    public int Answer { get; } = TensorPrimitives.IndexOfMax(Logits.AsSpan());

    /// <summary>Whether the label is the most probable class.</summary>
    [JsonIgnore]
    public bool IsRight => Answer == Label;

    /// <summary>How many classes come before the label, 0 when it is the answer.</summary>
    [JsonIgnore]
    public int Rank => Logits.Index().Count(other => other.Item > Logits[Label] || (other.Item == Logits[Label] && other.Index < Label));

    /// <summary>Cross-entropy in nats: -ln of the label's probability.</summary>
    /// <param name="temperature">Divides the logits, above 0.</param>
    public double Loss(double temperature) => Surprise(Label, temperature);

    /// <summary>The probability of the answer.</summary>
    /// <inheritdoc cref="Loss"/>
    public double Confidence(double temperature) => Math.Exp(-Surprise(Answer, temperature));

    /// <summary>float32 [classes].</summary>
    /// <inheritdoc cref="Loss"/>
    public float[] Probabilities(double temperature) => [.. Logits.Select((_, index) => (float)Math.Exp(-Surprise(index, temperature)))];

    // ln(sum of exp(z / t)) - z[index] / t, with the largest logit taken off first so that nothing overflows.
    private double Surprise(int index, double temperature)
    {
        double largest = Logits[Answer];
        var sum = Logits.Sum(logit => Math.Exp((logit - largest) / temperature));
        return Math.Log(sum) + ((largest - Logits[index]) / temperature);
    }
}
