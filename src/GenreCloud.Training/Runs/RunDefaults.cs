using GenreCloud.Datasets;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>What a run does where its request says nothing: the recipe of the source project.</summary>
internal sealed record RunDefaults
{
    public string Architecture => "crnn";

    public int Epochs => 10;

    public int BatchSize => 16;

    public double LearningRate => 1.4e-3;

    public double WeightDecay => 0.01;

    public int Seed => 1;

    public Precision Precision => Precision.Fp32;

    public SplitSpec Split => new(SplitKind.Artist, Seed: 1, ValidationFraction: 0.2);
}
