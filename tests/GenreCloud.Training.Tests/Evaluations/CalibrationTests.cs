using CsCheck;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class CalibrationTests
{
    [Fact]
    public void The_error_is_the_mean_distance_of_confidence_and_accuracy_over_bins()
    {
        // Confidences 0.7 and 0.72 share the bin (10/15, 11/15], 0.95 is in the last one.
        (AnsweredSample, double)[] answers = [(Answers.OfTwo(0, 0.7), 1), (Answers.OfTwo(1, 0.72), 1), (Answers.OfTwo(0, 0.95), 1), (Answers.OfTwo(1, 0.05), 1)];

        var reliability = Calibration.Measure(answers);

        reliability.ExpectedCalibrationError.ShouldBe((2.0 / 4 * Math.Abs(0.5 - 0.71)) + (2.0 / 4 * Math.Abs(1 - 0.95)), 1e-6);
        reliability.Loss.ShouldBe(-(Math.Log(0.7) + Math.Log(0.28) + (2 * Math.Log(0.95))) / 4, 1e-6);
        reliability.Bins.Count.ShouldBe(15);
        reliability.Bins.Index().Where(bin => bin.Item.Samples > 0).Select(bin => (bin.Index, bin.Item.Samples)).ShouldBe([(10, 2), (14, 2)]);
        reliability.Bins[10].Confidence.ShouldNotBeNull().ShouldBe(0.71, 1e-6);
        reliability.Bins[10].Accuracy.ShouldBe(0.5);
        reliability.Bins[0].Accuracy.ShouldBeNull();
    }

    [Fact]
    public void A_full_confidence_is_in_the_last_bin() =>
        Calibration.Measure([(new AnsweredSample("sample", 0, 0, [200, 0]), 1)]).Bins[^1].ShouldBe(new Registry.ReliabilityBin(1, 1, 1));

    [Fact]
    public void A_network_that_is_too_sure_is_cooled_down_and_that_helps_with_artists_that_the_temperature_was_not_fitted_to()
    {
        var report = Calibration.Of(Answers.Drawn(4000, classes: 8, temperature: 2.5, groups: 80, seed: 3), seed: 1);

        report.UnscaledReason.ShouldBeNull();
        report.Temperature.ShouldBe(2.5, 0.15);
        report.Before.ExpectedCalibrationError.ShouldBeGreaterThan(0.2);
        var after = report.After.ShouldNotBeNull();
        after.ExpectedCalibrationError.ShouldBeLessThan(0.05);
        after.Loss.ShouldBeLessThan(report.Before.Loss);
    }

    [Fact]
    public void What_is_reported_of_a_part_comes_from_the_other_parts_alone()
    {
        var samples = Answers.Drawn(400, classes: 5, temperature: 3, groups: 20, seed: 4);
        var parts = Calibration.Divide(samples, seed: 9);
        parts.Count.ShouldBe(5);
        double[] ofOthers = [.. parts.Select(part => TemperatureFit.Fit([.. samples.Except(part)])!.Value)];

        var report = Calibration.Of(samples, seed: 9);

        var expected = Calibration.Measure([.. parts.Zip(ofOthers).SelectMany(part => part.First.Select(sample => (sample, part.Second)))]);
        report.After.ShouldNotBeNull().Loss.ShouldBe(expected.Loss, 1e-9);
        report.After.ExpectedCalibrationError.ShouldBe(expected.ExpectedCalibrationError, 1e-9);
        report.Temperature.ShouldBe(TemperatureFit.Fit(samples).ShouldNotBeNull());
        ofOthers.ShouldBeUnique();
    }

    [Fact]
    public void Parts_have_no_group_in_common_are_of_like_size_and_lose_nothing() =>
        Gen.Select(Gen.Int[0, 12].Array[1, 200], Gen.Int).Sample((groups, seed) =>
        {
            AnsweredSample[] samples = [.. groups.Select((group, index) => Answers.OfTwo(0, 0.75, group, $"{index}"))];

            var parts = Calibration.Divide(samples, seed);

            parts.Count.ShouldBe(Math.Min(5, groups.Distinct().Count()));
            parts.ShouldAllBe(part => part.Count > 0);
            parts.Sum(part => part.Select(sample => sample.Group).Distinct().Count()).ShouldBe(groups.Distinct().Count());
            parts.SelectMany(part => part).Select(sample => sample.Id).Order().SequenceEqual(samples.Select(sample => sample.Id).Order()).ShouldBeTrue();
            (parts.Max(part => part.Count) - parts.Min(part => part.Count)).ShouldBeLessThanOrEqualTo(groups.CountBy(group => group).Max(group => group.Value));
        });

    [Fact]
    public void A_modest_temperature_is_found_in_as_few_samples_as_a_small_dataset_holds_back()
    {
        var used = Enumerable.Range(1, 20).Count(seed =>
            Calibration.Of(Answers.Drawn(110, classes: 10, temperature: 1.5, groups: 20, seed), seed).UnscaledReason is null);

        used.ShouldBeGreaterThanOrEqualTo(18);
    }

    [Fact]
    public void A_model_that_has_its_temperature_is_measured_at_one_and_as_it_answers()
    {
        var samples = Answers.Drawn(200, classes: 4, temperature: 2, groups: 10, seed: 6);

        var report = Calibration.At(samples, temperature: 2);

        report.Temperature.ShouldBe(2);
        report.UnscaledReason.ShouldBeNull();
        report.Before.Loss.ShouldBe(samples.Average(sample => sample.Loss(1)), 1e-9);
        report.After.ShouldNotBeNull().Loss.ShouldBe(samples.Average(sample => sample.Loss(2)), 1e-9);
        report.After.Loss.ShouldBeLessThan(report.Before.Loss);
        Calibration.At(samples, temperature: 1).ShouldSatisfyAllConditions(
            one => one.After.ShouldBeNull(), one => one.UnscaledReason.ShouldBe("The model has none."));
    }

    [Fact]
    public void Too_few_samples_get_no_temperature() =>
        Unscaled(Answers.Drawn(29, classes: 3, temperature: 3, groups: 10, seed: 5)).ShouldBe("A temperature takes 30 samples, and there are 29.");

    [Fact]
    public void Samples_of_one_artist_get_no_temperature() =>
        Unscaled(Answers.Drawn(100, classes: 3, temperature: 3, groups: 1, seed: 5)).ShouldContain("of the same artists");

    [Fact]
    public void Answers_that_are_all_right_get_no_temperature() =>
        Unscaled([.. Enumerable.Range(0, 100).Select(index => Answers.OfTwo(0, 0.9, group: index))]).ShouldBe("The samples determine no temperature between 0.1 and 10.");

    [Fact]
    public void A_temperature_that_helps_only_the_artists_it_was_fitted_to_is_not_used()
    {
        // One artist's answers are right more often than the network says, the other's less often.
        AnsweredSample[] samples =
        [
            .. Enumerable.Range(0, 50).Select(index => Answers.OfTwo(index < 49 ? 0 : 1, 0.9, group: 0)),
            .. Enumerable.Range(0, 50).Select(index => Answers.OfTwo(index < 35 ? 0 : 1, 0.9, group: 1)),
        ];

        Unscaled(samples).ShouldContain("does not lessen the loss");
    }

    private static string Unscaled(AnsweredSample[] samples)
    {
        var report = Calibration.Of(samples, seed: 1);
        report.Temperature.ShouldBe(1);
        report.After.ShouldBeNull();
        report.Before.Bins.Sum(bin => bin.Samples).ShouldBe(samples.Length);
        return report.UnscaledReason.ShouldNotBeNull();
    }
}
