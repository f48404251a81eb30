using System.ComponentModel;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>The body of <c>POST /api/runs</c>. What is left out gets the value named in its description.</summary>
public sealed record RunRequest
{
    [Description("The dataset to train on.")]
    public string? Dataset { get; init; }

    [Description("Its version; the newest unless given.")]
    public int? Version { get; init; }

    [Description("The network: crnn, or crnn-tabular for datasets with tabular features; crnn.")]
    public string? Architecture { get; init; }

    [Description("The model to register the result as; the dataset's name unless given.")]
    public string? Model { get; init; }

    [Description("How often every training spectrogram is seen; 10.")]
    public int? Epochs { get; init; }

    [Description("Spectrograms a step; 16.")]
    public int? BatchSize { get; init; }

    [Description("The peak of the one-cycle schedule; 0.0014.")]
    public double? LearningRate { get; init; }

    [Description("Decoupled weight decay; 0.01.")]
    public double? WeightDecay { get; init; }

    [Description("Seed of the initial weights and of the order of the spectrograms; 1.")]
    public int? Seed { get; init; }

    [Description("fp32, or bf16 where the CPU has it (fp32 where not); fp32.")]
    public Precision? Precision { get; init; }

    [Description("keep or drop samples that lack a tabular feature, where the network takes them; keep.")]
    public MissingTabular? MissingTabular { get; init; }

    [Description("What is held back to measure with; artist-disjoint, seed 1, a fifth.")]
    public SplitSpec? Split { get; init; }
}
