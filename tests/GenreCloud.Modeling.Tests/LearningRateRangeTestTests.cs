namespace GenreCloud.Modeling.Tests;

public sealed class LearningRateRangeTestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Rates_rise_by_one_factor_from_the_lowest_to_the_highest()
    {
        double[] rates = [.. Enumerable.Range(0, LearningRateRangeTest.Steps).Select(LearningRateRangeTest.RateAt)];

        rates[0].ShouldBe(1e-7);
        rates[^1].ShouldBe(10, 1e-9);
        rates.Zip(rates.Skip(1)).ShouldAllBe(pair => Math.Abs(pair.Second / pair.First - Math.Pow(1e8, 1 / 99.0)) < 1e-9);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e-3)]
    [InlineData(1e-2)]
    public void The_rate_where_the_loss_falls_fastest_is_suggested(double fallsAt)
    {
        // Falls around one rate, and runs away three decades above it.
        var result = Test(rate => 0.5 + 1.8 / (1 + rate / fallsAt) + rate / fallsAt / 1000).Result(fallback: 0.5);

        result.FallbackReason.ShouldBeNull();
        (result.LearningRate / fallsAt).ShouldBeInRange(0.5, 10);
        result.Curve.Zip(result.Curve.Skip(1)).ShouldAllBe(pair => pair.Second.LearningRate > pair.First.LearningRate);
    }

    [Fact]
    public void The_smoothed_loss_is_the_exponential_mean_without_its_bias()
    {
        var test = new LearningRateRangeTest();
        test.Add(2);
        test.Add(1);

        var curve = test.Result(fallback: 1).Curve;

        curve[0].SmoothedLoss.ShouldBe(2, 1e-12);
        curve[1].SmoothedLoss.ShouldBe((0.98 * 0.02 * 2 + 0.02 * 1) / (1 - 0.98 * 0.98), 1e-12);
    }

    [Fact]
    public void The_test_ends_where_the_smoothed_loss_is_four_times_its_lowest()
    {
        var curve = Test(rate => rate < 1e-3 ? 1 : 100).Result(fallback: 1).Curve;

        curve.SkipLast(1).ShouldAllBe(point => point.SmoothedLoss <= 4);
        curve[^1].SmoothedLoss.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void A_loss_that_never_falls_gives_the_fallback_and_the_reason()
    {
        var result = Test(rate => 2.3 + rate).Result(fallback: 1.4e-3);

        result.LearningRate.ShouldBe(1.4e-3);
        result.FallbackReason.ShouldBe("The loss fell at no learning rate. The learning rate is 0.0014, that of the published recipe.");
    }

    [Fact]
    public void A_loss_that_runs_away_at_once_gives_the_fallback_and_the_reason()
    {
        var test = new LearningRateRangeTest();
        test.Add(2).ShouldBeTrue();
        test.Add(double.PositiveInfinity).ShouldBeFalse();

        var result = test.Result(fallback: 1.4e-3);

        result.FallbackReason.ShouldStartWith("The loss ran away after 1 of 100 steps.");
        result.Curve.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_leaves_weights_and_optimizer_as_they_were_and_finds_a_rate_that_learns()
    {
        var source = new BarBatches(batches: 3, batchSize: 4, classes: 3) { TabularColumns = 2 };
        var options = new TrainingOptions { Epochs = 8, BatchSize = 4, Threads = 1, LearningRate = null };
        using var network = new DroppingNetwork(3, seed: 1);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var epochs = await trainer.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation);
        var found = trainer.RangeTest.ShouldNotBeNull();

        using var untested = new DroppingNetwork(3, seed: 1);
        using var told = new Trainer(untested, options with { LearningRate = found.LearningRate }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await told.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        found.FallbackReason.ShouldBeNull();
        epochs[^1].Training.Loss.ShouldBeLessThan(epochs[0].Training.Loss / 2);
        Networks.Bits(network).ShouldBe(Networks.Bits(untested));
        told.RangeTest.ShouldBeNull();
    }

    [Fact]
    public async Task Its_steps_are_told_and_it_is_cancelled_before_the_next_with_the_weights_as_they_were()
    {
        var options = new TrainingOptions { Epochs = 1, BatchSize = 4, Threads = 1, LearningRate = null };
        using var network = new DroppingNetwork(3, seed: 1);
        string before = Networks.Bits(network);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        using var cancellation = new CancellationTokenSource();
        var told = new List<StepResult>();
        var steps = new StepReporter(step =>
        {
            told.Add(step);
            if (told.Count == 3)
            {
                cancellation.Cancel();
            }
        });

        await Should.ThrowAsync<OperationCanceledException>(
            () => trainer.TrainAsync(new BarBatches(batches: 3, batchSize: 4, classes: 3) { TabularColumns = 2 }, steps, cancellation.Token).ToListAsync(Cancellation).AsTask());

        told.Select(step => (step.Phase, step.Step, step.TotalSteps)).ShouldBe(
            [(TrainingPhase.RangeTest, 0, 100), (TrainingPhase.RangeTest, 1, 100), (TrainingPhase.RangeTest, 2, 100)]);
        told.Select(step => step.LearningRate).ShouldBe([.. Enumerable.Range(0, 3).Select(LearningRateRangeTest.RateAt)]);
        Networks.Bits(network).ShouldBe(before);
        trainer.RangeTest.ShouldBeNull();
    }

    private static LearningRateRangeTest Test(Func<double, double> loss)
    {
        var test = new LearningRateRangeTest();
        for (int step = 0; test.Add(loss(LearningRateRangeTest.RateAt(step))); step++)
        {
        }

        return test;
    }
}
