using System.Text.Json;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>Those of a run's settings that say which samples it learns from.</summary>
/// <param name="Split">What is held back.</param>
/// <param name="MissingTabular">Null for architectures without tabular features.</param>
internal sealed record RunSplit(SplitSpec Split, MissingTabular? MissingTabular)
{
    /// <summary>The samples that the run learns from, and those that it is measured with.</summary>
    public Split Compute(IReadOnlyList<SampleDescription> samples)
    {
        var split = Datasets.Splits.Split.Compute(samples, Split);
        return MissingTabular == Runs.MissingTabular.Drop ? new Split(Complete(split.Training), Complete(split.Validation)) : split;

        IReadOnlyList<int> Complete(IReadOnlyList<int> indices) => [.. indices.Where(index => TabularFeatures.AreComplete(samples[index]))];
    }

    /// <summary>Reads them from a run's settings, as the card of its model has them; null for JSON that has none.</summary>
    public static RunSplit? Read(JsonElement settings)
    {
        try
        {
            return settings.Deserialize<RunSplit>(GenreCloudJson.Options) is { Split: not null } split ? split : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
