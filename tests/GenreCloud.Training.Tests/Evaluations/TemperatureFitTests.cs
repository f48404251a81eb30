using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class TemperatureFitTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_temperature_that_the_labels_were_drawn_with_is_found(double temperature) =>
        TemperatureFit.Fit(Answers.Drawn(20_000, classes: 6, temperature, groups: 50, seed: 1)).ShouldNotBeNull().ShouldBe(temperature, 0.03 * temperature);

    [Fact]
    public void No_other_temperature_has_less_loss()
    {
        var samples = Answers.Drawn(200, classes: 4, temperature: 2, groups: 20, seed: 2);

        var fitted = TemperatureFit.Fit(samples).ShouldNotBeNull();

        var least = LossAt(fitted);
        foreach (var factor in (double[])[0.5, 0.9, 0.999, 1.001, 1.1, 2])
        {
            LossAt(fitted * factor).ShouldBeGreaterThan(least);
        }

        double LossAt(double temperature) => samples.Average(sample => sample.Loss(temperature));
    }

    [Fact]
    public void Two_classes_with_one_confidence_get_the_temperature_that_makes_it_the_accuracy()
    {
        // 0.9 says the network, 0.75 are right: ln 9 / t = ln 3, so t = 2.
        AnsweredSample[] samples = [.. Enumerable.Range(0, 40).Select(index => Answers.OfTwo(index % 4 == 0 ? 1 : 0, 0.9))];

        TemperatureFit.Fit(samples).ShouldNotBeNull().ShouldBe(2, 1e-5);
    }

    [Fact]
    public void Answers_that_are_all_right_have_no_temperature() =>
        TemperatureFit.Fit([.. Enumerable.Range(0, 40).Select(_ => Answers.OfTwo(0, 0.9))]).ShouldBeNull();

    [Fact]
    public void Answers_that_say_the_opposite_have_no_temperature() =>
        TemperatureFit.Fit([.. Enumerable.Range(0, 40).Select(index => Answers.OfTwo(index % 4 == 0 ? 0 : 1, 0.9))]).ShouldBeNull();
}
