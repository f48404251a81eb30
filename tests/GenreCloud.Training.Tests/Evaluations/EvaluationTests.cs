using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class EvaluationTests
{
    private static readonly string[] Labels = ["folk", "jazz", "metal", "pop", "rap", "techno"];

    [Fact]
    public void The_report_of_a_few_answers_is_what_is_counted_by_hand()
    {
        AnsweredSample[] samples =
        [
            new("right", Label: 0, Group: 0, [9, 1, 2, 3, 4, 5]),
            new("second", Label: 0, Group: 0, [8, 9, 2, 3, 4, 5]),
            new("fourth", Label: 2, Group: 1, [1, 2, 3, 4, 5, 6]),
            new("last", Label: 5, Group: 2, [6, 5, 4, 3, 2, 1]),
        ];

        var report = Evaluation.Of(samples, Labels, majorityClass: 0, seed: 1);

        report.Samples.ShouldBe(4);
        report.Top1.ShouldBe(1.0 / 4);
        report.Top3.ShouldBe(2.0 / 4);
        report.Top5.ShouldBe(3.0 / 4);
        report.MajorityBaseline.ShouldBe(2.0 / 4);
        report.ConfusionMatrix[0].ShouldBe([1, 1, 0, 0, 0, 0]);
        report.ConfusionMatrix[2].ShouldBe([0, 0, 0, 0, 0, 1]);
        report.ConfusionMatrix[5].ShouldBe([1, 0, 0, 0, 0, 0]);
        report.Loss.ShouldBe(samples.Average(sample => sample.Loss(1)));
        report.Top1Interval.ShouldNotBeNull().Groups.ShouldBe(3);
        report.Calibration.ShouldNotBeNull().Temperature.ShouldBe(1);
        report.WorstSamples.Select(sample => (sample.Id, sample.Label, sample.Answer)).ShouldBe(
            [("last", "techno", "folk"), ("fourth", "metal", "techno"), ("second", "folk", "jazz"), ("right", "folk", "folk")]);
        report.WorstSamples[0].Loss.ShouldBe(-Math.Log(report.WorstSamples[0].Probability), 1e-12);
    }

    [Fact]
    public void The_worst_samples_are_twenty_and_of_equal_ones_the_first_by_id()
    {
        AnsweredSample[] samples = [.. Enumerable.Range(0, 30).Select(index => Answers.OfTwo(1, 0.75, index, $"{29 - index:d2}"))];

        var worst = Evaluation.Of(samples, ["folk", "jazz"], majorityClass: 0, seed: 1).WorstSamples;

        worst.Select(sample => sample.Id).ShouldBe(Enumerable.Range(0, 20).Select(index => $"{index:d2}"));
    }

    [Fact]
    public void The_same_answers_and_seed_give_the_same_report()
    {
        var samples = Answers.Drawn(200, classes: 6, temperature: 2, groups: 25, seed: 1);

        var (first, second) = (Evaluation.Of(samples, Labels, 0, seed: 5), Evaluation.Of(samples, Labels, 0, seed: 5));

        second.Top1Interval.ShouldBe(first.Top1Interval);
        second.Calibration.ShouldNotBeNull().Temperature.ShouldBe(first.Calibration!.Temperature);
        second.Calibration.After.ShouldNotBeNull().ExpectedCalibrationError.ShouldBe(first.Calibration.After!.ExpectedCalibrationError);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_answer_that_is_not_finite_is_named(float logit) =>
        Should.Throw<EvaluationException>(() => Evaluation.Of([new AnsweredSample("track-7", 0, 0, [0, logit])], ["folk", "jazz"], 0, seed: 1))
            .Message.ShouldContain("'track-7'");
}
