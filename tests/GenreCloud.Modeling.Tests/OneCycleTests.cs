using CsCheck;

namespace GenreCloud.Modeling.Tests;

public sealed class OneCycleTests
{
    private const double Peak = 1.4e-3;

    // Values of fastai's combined_cos(0.25, peak/25, peak, peak/1e5) and (0.25, 0.95, 0.85, 0.95) at step/80.
    [Theory]
    [InlineData(0, Peak / 25, 0.95)]
    [InlineData(10, 7.28e-4, 0.90)]
    [InlineData(20, Peak, 0.85)]
    [InlineData(50, 7.00007e-4, 0.90)]
    [InlineData(79, 9.73316e-7, 0.949931)]
    public void The_rate_rises_for_a_quarter_and_falls_for_the_rest_with_the_momentum_against_it(int step, double learningRate, double momentum)
    {
        var (actualRate, actualMomentum) = new OneCycle(80, Peak).At(step);

        actualRate.ShouldBe(learningRate, 1e-9);
        actualMomentum.ShouldBe(momentum, 1e-6);
    }

    [Fact]
    public void Every_step_of_every_run_lies_between_the_ends_and_the_peak() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Double[1e-6, 1], Gen.Double[0, 1]).Sample((steps, peak, where) =>
        {
            var (learningRate, momentum) = new OneCycle(steps, peak).At((int)(where * (steps - 1)));

            learningRate.ShouldBeInRange(peak / 1e5, peak * (1 + 1e-12));
            momentum.ShouldBeInRange(0.85 - 1e-12, 0.95 + 1e-12);
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(80)]
    public void A_step_outside_the_run_is_refused(int step) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new OneCycle(80, Peak).At(step));
}
