using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>The samples of a dataset version that a model is asked.</summary>
/// <param name="Indices">Into the samples of the version.</param>
/// <param name="Counts">What was taken, and what was left out.</param>
internal sealed record SampleSelection(IReadOnlyList<int> Indices, SampleCounts Counts)
{
    /// <param name="samples">Of the dataset version.</param>
    /// <param name="labels">Those that the model can answer.</param>
    /// <param name="learnt">What the model learnt from.</param>
    /// <param name="asked">Which samples are wanted.</param>
    /// <param name="takesFeatures">Whether the model has a tabular branch.</param>
    public static SampleSelection Of(
        IReadOnlyList<Sample> samples, IReadOnlyList<string> labels, LearntSamples learnt, EvaluatedSamples asked, bool takesFeatures)
    {
        var known = labels.ToHashSet(StringComparer.Ordinal);
        int[] answerable = [.. Enumerable.Range(0, samples.Count).Where(index => known.Contains(samples[index].Label))];
        var leaveOut = asked == EvaluatedSamples.Unseen && learnt.Samples is not null;
        var (tracks, sameArtists) = learnt.Samples is { } training ? FindSeen(samples, answerable, training) : ([], []);
        int[] taken = leaveOut ? [.. answerable.Where(index => !tracks.Contains(index) && !sameArtists.Contains(index))] : answerable;
        return new SampleSelection(taken, new SampleCounts
        {
            InDataset = samples.Count,
            Evaluated = taken.Length,
            UnknownLabels = samples.Where(sample => !known.Contains(sample.Label)).CountBy(sample => sample.Label, StringComparer.Ordinal)
                .OrderBy(label => label.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            Seen = new SeenSamples
            {
                UnknownReason = learnt.UnknownReason,
                Tracks = learnt.Samples is null ? null : tracks.Count,
                OfSameArtists = learnt.Samples is null ? null : sameArtists.Count,
                LeftOut = leaveOut,
            },
            WithoutAllFeatures = takesFeatures ? taken.Count(index => !TabularFeatures.AreComplete(samples[index])) : null,
        });
    }

    /// <summary>The same track may have another id in another dataset, and then its pixels tell; the same artist has the same name.</summary>
    private static (HashSet<int> Tracks, HashSet<int> SameArtists) FindSeen(
        IReadOnlyList<Sample> samples, int[] answerable, IReadOnlyList<Sample> learnt)
    {
        var ids = learnt.Select(sample => sample.Id).ToHashSet(StringComparer.Ordinal);
        var pixels = learnt.Select(sample => sample.PixelsSha256).ToHashSet(StringComparer.Ordinal);
        HashSet<int> tracks = [.. answerable.Where(index => ids.Contains(samples[index].Id) || pixels.Contains(samples[index].PixelsSha256))];

        // Together, because artists of one dataset may be connected by a track of the other.
        var groups = ArtistGroups.Of([.. learnt, .. samples]);
        var learntGroups = groups.Take(learnt.Count).ToHashSet();
        return (tracks, [.. answerable.Where(index => !tracks.Contains(index) && learntGroups.Contains(groups[learnt.Count + index]))]);
    }
}
