namespace GenreCloud.Registry;

/// <summary>A question with its answer, by which anyone can check that a model was loaded and is fed correctly.</summary>
public sealed record GoldenExample
{
    /// <summary>The spectrogram, a gray PNG of 128x1292; base64 in JSON.</summary>
    public required byte[] Png { get; init; }

    /// <summary>float32 [columns], raw, null where missing; null as a whole for a model without a tabular branch.</summary>
    public IReadOnlyList<float?>? Tabular { get; init; }

    /// <summary>float32 [classes].</summary>
    public required float[] Logits { get; init; }

    /// <summary>float32 [classes].</summary>
    public required float[] Probabilities { get; init; }

    /// <summary>How far any probability may be off on another machine.</summary>
    public required double Tolerance { get; init; }
}
