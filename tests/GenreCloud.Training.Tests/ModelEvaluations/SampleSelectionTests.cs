using GenreCloud.Datasets.Samples;
using GenreCloud.Training.ModelEvaluations;

namespace GenreCloud.Training.Tests.ModelEvaluations;

public sealed class SampleSelectionTests
{
    private static readonly string[] Labels = ["jazz", "techno"];

    [Fact]
    public void What_the_model_knows_by_id_by_pixels_or_by_artist_is_left_out_and_counted()
    {
        Sample[] learnt = [Of("one", "a", "Anna"), Of("two", "b", "Ben", "Carl")];
        Sample[] samples =
        [
            Of("one", "x", "Zoe"),
            Of("renamed", "b", "Zoe"),
            Of("other track", "c", "Carl"),
            Of("friend", "d", "Carl", "Dora"),
            Of("friend's own", "e", "Dora"),
            Of("new", "f", "Emil"),
            Of("nobody's", "g"),
        ];

        var selection = SampleSelection.Of(samples, Labels, new LearntSamples(learnt, null), EvaluatedSamples.Unseen, takesFeatures: false);

        selection.Indices.ShouldBe([5, 6]);
        selection.Counts.InDataset.ShouldBe(7);
        selection.Counts.Evaluated.ShouldBe(2);
        selection.Counts.Seen.ShouldBe(new SeenSamples { Tracks = 2, OfSameArtists = 3, LeftOut = true });
        selection.Counts.WithoutAllFeatures.ShouldBeNull();
    }

    [Fact]
    public void All_samples_are_all_and_those_that_the_model_knows_are_still_counted()
    {
        Sample[] samples = [Of("one", "a", "Anna"), Of("two", "b", "Anna"), Of("three", "c", "Ben")];

        var selection = SampleSelection.Of(samples, Labels, new LearntSamples([samples[0]], null), EvaluatedSamples.All, takesFeatures: true);

        selection.Indices.ShouldBe([0, 1, 2]);
        selection.Counts.Seen.ShouldBe(new SeenSamples { Tracks = 1, OfSameArtists = 1, LeftOut = false });
        selection.Counts.WithoutAllFeatures.ShouldBe(3);
    }

    [Fact]
    public void Where_it_is_not_known_what_the_model_learnt_from_nothing_is_left_out_and_the_reason_is_told()
    {
        var selection = SampleSelection.Of([Of("one", "a", "Anna")], Labels, new LearntSamples(null, "Nobody knows."), EvaluatedSamples.Unseen, takesFeatures: false);

        selection.Indices.ShouldBe([0]);
        selection.Counts.Seen.ShouldBe(new SeenSamples { UnknownReason = "Nobody knows.", LeftOut = false });
    }

    [Fact]
    public void Samples_with_a_label_that_the_model_lacks_are_left_out_and_counted_by_label()
    {
        Sample[] samples = [Of("one", "a"), Of("two", "b") with { Label = "polka" }, Of("three", "c") with { Label = "dub" }, Of("four", "d") with { Label = "polka" }];

        var selection = SampleSelection.Of(samples, Labels, new LearntSamples([], null), EvaluatedSamples.All, takesFeatures: false);

        selection.Indices.ShouldBe([0]);
        selection.Counts.UnknownLabels.ShouldBe(new Dictionary<string, int> { ["dub"] = 1, ["polka"] = 2 });
    }

    private static Sample Of(string id, string pixels, params string[] artists) => new()
    {
        Id = id, Label = "jazz", Artists = artists, Shard = 0, Offset = 0, Length = 0, PixelsSha256 = pixels,
    };
}
