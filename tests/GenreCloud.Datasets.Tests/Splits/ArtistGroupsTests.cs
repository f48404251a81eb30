using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;

namespace GenreCloud.Datasets.Tests.Splits;

public sealed class ArtistGroupsTests
{
    [Fact]
    public void Tracks_of_artists_who_worked_together_are_one_group_named_by_its_first_track() =>
        ArtistGroups.Of([Track("a"), Track("b"), Track("c"), Track(), Track("d", "b"), Track("c", "d"), Track("a"), Track()])
            .ShouldBe([0, 1, 1, 3, 1, 1, 0, 7]);

    private static SampleDescription Track(params string[] artists) => new() { Id = "track", Label = "jazz", Artists = artists };
}
