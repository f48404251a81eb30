using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class UnsureFitTests
{
    [Fact]
    public void The_threshold_parts_right_answers_from_wrong_ones()
    {
        AnsweredSample[] samples = [Right(0.95), Wrong(0.55), Wrong(0.6), Right(0.65), Wrong(0.7), Wrong(0.72), Right(0.8), Right(0.85), Wrong(0.9)];

        UnsureFit.Choose(samples, temperature: 1).ShouldBe(0.76, 1e-6);
    }

    [Fact]
    public void Of_equally_good_thresholds_the_nearest_to_one_half_is_taken()
    {
        // One answer is on the wrong side of 0.65, and one of 0.85.
        AnsweredSample[] samples = [Wrong(0.6), Right(0.7), Wrong(0.8), Right(0.9), Right(0.95)];

        UnsureFit.Choose(samples, temperature: 1).ShouldBe(0.65, 1e-6);
    }

    [Fact]
    public void Nothing_is_unsure_where_all_is_right_and_everything_where_all_is_wrong()
    {
        UnsureFit.Choose([Right(0.6), Right(0.9)], temperature: 1).ShouldBe(0);
        UnsureFit.Choose([Wrong(0.6), Wrong(0.9)], temperature: 1).ShouldBe(1);
    }

    [Fact]
    public void Answers_of_equal_confidence_are_not_parted() =>
        UnsureFit.Choose([Wrong(0.6), Right(0.8), Wrong(0.8), Right(0.8), Right(0.9)], temperature: 1).ShouldBe(0.7, 1e-6);

    [Fact]
    public void A_calibrated_network_is_unsure_below_about_one_half_and_the_mark_tells_on_other_artists()
    {
        var samples = Answers.Drawn(20_000, classes: 8, temperature: 2.5, groups: 80, seed: 3);

        var threshold = UnsureFit.Of(samples, temperature: 2.5, seed: 1).ShouldNotBeNull();

        threshold.Probability.ShouldBe(0.5, 0.1);
        threshold.Samples.ShouldBe(20_000);
        threshold.Rule.ShouldContain("Chow 1970");
        threshold.SureShare.ShouldBeInRange(0.01, 0.99);
        threshold.SureTop1.ShouldNotBeNull().ShouldBeGreaterThan(0.5);
        threshold.UnsureTop1.ShouldNotBeNull().ShouldBeLessThan(0.5);
    }

    [Fact]
    public void What_is_said_of_a_part_comes_from_the_threshold_of_the_others()
    {
        var samples = Answers.Drawn(200, classes: 4, temperature: 1, groups: 10, seed: 4);
        var parts = Calibration.Divide(samples, seed: 9);

        var threshold = UnsureFit.Of(samples, temperature: 1, seed: 9).ShouldNotBeNull();

        var sure = parts.SelectMany(part =>
        {
            var ofOthers = UnsureFit.Choose([.. samples.Except(part)], temperature: 1);
            return part.Where(sample => sample.Confidence(1) >= ofOthers);
        }).ToArray();
        threshold.SureShare.ShouldBe(sure.Length / 200.0, 1e-12);
        threshold.SureTop1.ShouldNotBeNull().ShouldBe(sure.Count(sample => sample.IsRight) / (double)sure.Length, 1e-12);
        threshold.Probability.ShouldBe(UnsureFit.Choose(samples, temperature: 1));
    }

    [Fact]
    public void Too_few_samples_or_artists_get_no_threshold()
    {
        UnsureFit.Of(Answers.Drawn(29, classes: 3, temperature: 1, groups: 10, seed: 5), temperature: 1, seed: 1).ShouldBeNull();
        UnsureFit.Of(Answers.Drawn(100, classes: 3, temperature: 1, groups: 1, seed: 5), temperature: 1, seed: 1).ShouldBeNull();
    }

    private static AnsweredSample Right(double confidence) => Answers.OfTwo(0, confidence);

    private static AnsweredSample Wrong(double confidence) => Answers.OfTwo(1, confidence);
}
