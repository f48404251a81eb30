using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class ArtistBootstrapTests
{
    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_one_nearly_the_same()
    {
        AnsweredSample[] samples =
        [
            .. Artists(40, tracks: 5, (artist, track) => (artist * track) % 7 > 2),
            .. Artists(23, tracks: 4, (artist, track) => (artist + track) % 5 > 2),
        ];

        var interval = ArtistBootstrap.Top1(samples, seed: 1).ShouldNotBeNull();

        ArtistBootstrap.Top1(samples, seed: 1).ShouldBe(interval);
        ArtistBootstrap.Top1([.. samples.Reverse()], seed: 1).ShouldBe(interval);
        var other = ArtistBootstrap.Top1(samples, seed: 2).ShouldNotBeNull();
        other.ShouldNotBe(interval);
        other.Lower.ShouldBe(interval.Lower, 0.01);
        other.Upper.ShouldBe(interval.Upper, 0.01);
        (interval.Groups, interval.Resamples).ShouldBe((40, 2000));
    }

    [Fact]
    public void With_one_track_an_artist_it_is_as_wide_as_the_normal_approximation_says()
    {
        var samples = Artists(400, tracks: 1, (artist, _) => artist % 4 > 0);

        var interval = ArtistBootstrap.Top1(samples, seed: 1).ShouldNotBeNull();

        var half = 1.96 * Math.Sqrt(0.75 * 0.25 / 400);
        interval.Lower.ShouldBe(0.75 - half, 0.006);
        interval.Upper.ShouldBe(0.75 + half, 0.006);
    }

    [Fact]
    public void Artists_whose_tracks_stand_and_fall_together_count_as_one_each()
    {
        // 400 tracks, yet only 40 independent observations: wider by the square root of 10.
        var samples = Artists(40, tracks: 10, (artist, _) => artist % 4 > 0);

        var interval = ArtistBootstrap.Top1(samples, seed: 1).ShouldNotBeNull();

        (interval.Upper - interval.Lower).ShouldBe(2 * 1.96 * Math.Sqrt(0.75 * 0.25 / 40), 0.03);
    }

    [Fact]
    public void A_difference_is_told_more_closely_on_the_same_samples_than_two_shares_on_their_own()
    {
        // Both stumble over the same artists; the first gets one track in ten more of those it knows.
        var first = Artists(60, tracks: 10, (artist, _) => artist % 3 > 0);
        var second = Artists(60, tracks: 10, (artist, track) => artist % 3 > 0 && track > 0);

        var interval = ArtistBootstrap.Top1Difference([.. first.Zip(second)], seed: 1).ShouldNotBeNull();

        (interval.Lower + interval.Upper).ShouldBe(2 * (2.0 / 3) / 10, 0.01);
        var alone = ArtistBootstrap.Top1(first, seed: 1).ShouldNotBeNull();
        (interval.Upper - interval.Lower).ShouldBeLessThan((alone.Upper - alone.Lower) / 5);
        interval.Groups.ShouldBe(60);
    }

    [Fact]
    public void Answers_that_are_all_right_have_an_interval_without_width()
    {
        var interval = ArtistBootstrap.Top1(Artists(5, tracks: 3, (_, _) => true), seed: 1).ShouldNotBeNull();

        (interval.Lower, interval.Upper).ShouldBe((1, 1));
    }

    [Fact]
    public void One_artist_has_no_interval() => ArtistBootstrap.Top1(Artists(1, tracks: 10, (_, track) => track > 3), seed: 1).ShouldBeNull();

    private static AnsweredSample[] Artists(int count, int tracks, Func<int, int, bool> isRight) =>
    [
        .. from artist in Enumerable.Range(0, count)
           from track in Enumerable.Range(0, tracks)
           select Answers.OfTwo(isRight(artist, track) ? 0 : 1, 0.75, artist),
    ];
}
