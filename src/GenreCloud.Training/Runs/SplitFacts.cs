using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Registry;

namespace GenreCloud.Training.Runs;

/// <summary>What a model's card says about the split that the model was trained with.</summary>
internal static class SplitFacts
{
    /// <param name="samples">Of the dataset version.</param>
    /// <param name="labels">In the order of the model's classes.</param>
    public static DataSplit Of(IReadOnlyList<SampleDescription> samples, Split split, SplitSpec spec, IReadOnlyList<string> labels)
    {
        var training = split.Training.CountBy(index => samples[index].Label, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var trainingArtists = ArtistsOf(split.Training);
        var validationArtists = ArtistsOf(split.Validation);
        return new DataSplit
        {
            Unit = spec.Kind switch
            {
                SplitKind.Artist => SplitUnit.Artist,
                SplitKind.Track => SplitUnit.Track,
                _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "There is no such kind of split."),
            },
            Seed = spec.Seed,
            ValidationFraction = spec.Folds is null ? spec.ValidationFraction : null,
            Folds = spec.Folds,
            Fold = spec.Folds is null ? null : spec.Fold,
            TrainingSamples = [.. labels.Select(label => training.GetValueOrDefault(label))],
            TrainingArtists = trainingArtists.Count,
            ValidationArtists = validationArtists.Count,
            SharedArtists = trainingArtists.Intersect(validationArtists).Count(),
        };

        HashSet<string> ArtistsOf(IReadOnlyList<int> indices) => [.. indices.SelectMany(index => samples[index].Artists)];
    }
}
