namespace GenreCloud.Registry;

/// <summary>What the maker of a model says about it; the registry adds the rest and makes it a <see cref="ModelCard"/>.</summary>
public record ModelDescription
{
    /// <summary>The entry of the catalogue of architectures: "crnn".</summary>
    public required string Architecture { get; init; }

    /// <summary>Label of each class, in the order of the outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    public required ModelSignature Signature { get; init; }

    public required ModelMetrics Metrics { get; init; }

    /// <summary>On samples that it did not learn from; null for a model that was not measured.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>Below which probability its answers are marked as unsure; null for a model without such a mark.</summary>
    public UnsureThreshold? UnsureThreshold { get; init; }

    /// <summary>What its inputs and answers are compared with while it serves; null for a version that cannot be watched so.</summary>
    public ReferenceStatistics? Reference { get; init; }

    /// <summary>What to know before trusting it, beyond what follows from the figures: whole sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required ModelLineage Lineage { get; init; }

    public MelFrontEnd FrontEnd { get; init; } = MelFrontEnd.Standard;

    public required GoldenExample Golden { get; init; }

    /// <exception cref="ArgumentException">The parts contradict each other; the message says which.</exception>
    internal void Validate()
    {
        var classes = Labels.Count;
        Check(classes >= 2, "A classifier needs at least two labels.");
        Check(Labels.Distinct(StringComparer.Ordinal).Count() == classes, "A label is there twice.");
        Check(!Labels.Any(string.IsNullOrWhiteSpace), "A label is empty.");
        Check(Signature.Inputs.Any(input => input.Name == ModelSignature.Spectrogram), $"The signature has no input '{ModelSignature.Spectrogram}'.");
        foreach (var name in (string[])[ModelSignature.Logits, ModelSignature.Probabilities])
        {
            Check(
                Signature.Outputs.Any(output => output.Name == name && output.Shape.Count == 2 && output.Shape[1] == classes),
                $"The signature has no output '{name}' of shape [-1, {classes}].");
        }

        Check(
            Golden.Logits.Length == classes && Golden.Probabilities.Length == classes,
            $"The golden answer has {Golden.Logits.Length} logits and {Golden.Probabilities.Length} probabilities for {classes} labels.");
        Check(
            Evaluation is null || (Evaluation.ConfusionMatrix.Count == classes && Evaluation.ConfusionMatrix.All(row => row.Count == classes)),
            $"The confusion matrix is not {classes} x {classes}.");
        Check(Evaluation is not { Samples: 0 }, "The evaluation has no samples.");
        Check(
            UnsureThreshold is null or { Probability: >= 0 and <= 1 }, $"The threshold of unsure answers, {UnsureThreshold?.Probability}, is no probability.");
        Check(
            Reference is null || Reference.Statistics.All(statistic => statistic.Counts.Count == (statistic.Edges?.Count + 1 ?? classes)),
            $"A statistic of the reference has other bins than it should: one more than its edges, or for the label {classes}.");
        Check(
            Lineage.Split is null || Lineage.Split.TrainingSamples.Count == classes,
            $"The split does not say how many samples each of the {classes} labels has.");
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
