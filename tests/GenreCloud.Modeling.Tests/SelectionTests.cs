namespace GenreCloud.Modeling.Tests;

public sealed class SelectionTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 12, BatchSize = 4, LearningRate = 0.05, Threads = 1 };

    // The more of the training is learnt, the worse the validation gets.
    private static readonly BarBatches Source = new(batches: 6, batchSize: 4, classes: 6) { HasContraryValidation = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Training_ends_after_that_many_epochs_without_a_lower_validation_loss(int patience)
    {
        using var network = new SmallNetwork(classes: 6);
        using var trainer = new Trainer(network, Options with { EarlyStoppingPatience = patience }, ComputeFormat.ChannelsFirst, TimeProvider.System);

        var epochs = await trainer.TrainAsync(Source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        int best = epochs.MinBy(epoch => epoch.Validation!.Loss)!.Epoch;
        epochs.Count.ShouldBe(best + 1 + patience);
        epochs.Count.ShouldBeLessThan(Options.Epochs);
        trainer.IsFinished.ShouldBeTrue();
        trainer.SelectedEpoch.ShouldBe(epochs.Count - 1);
    }

    [Fact]
    public async Task The_best_epochs_weights_are_there_with_the_last_result()
    {
        using var network = new SmallNetwork(classes: 6);
        using var trainer = new Trainer(network, Options with { Epochs = 6, Selection = WeightSelection.Best }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var epochs = new List<(EpochResult Result, string Bits)>();

        await foreach (var epoch in trainer.TrainAsync(Source, cancellationToken: Cancellation))
        {
            epochs.Add((epoch, Networks.Bits(network)));
        }

        var best = epochs.MinBy(epoch => epoch.Result.Validation!.Loss);
        best.Result.Epoch.ShouldBeLessThan(5);
        epochs[^1].Bits.ShouldBe(best.Bits);
        trainer.SelectedEpoch.ShouldBe(best.Result.Epoch);
    }

    [Fact]
    public async Task The_last_epochs_weights_stay_unless_the_best_are_asked_for()
    {
        using var network = new SmallNetwork(classes: 6);
        using var trainer = new Trainer(network, Options with { Epochs = 3 }, ComputeFormat.ChannelsFirst, TimeProvider.System);

        var epochs = await trainer.TrainAsync(Source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        var scores = await trainer.ScoreAsync(Source.Validation(Cancellation), Cancellation);
        scores.ShouldBe(epochs[2].Validation);
        trainer.SelectedEpoch.ShouldBe(2);
    }

    [Fact]
    public async Task Without_validation_images_there_is_nothing_to_select_by()
    {
        using var network = new SmallNetwork(classes: 4);
        using var trainer = new Trainer(network, Options with { Selection = WeightSelection.Best }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var source = new BarBatches(batches: 1, batchSize: 4) { HasValidation = false };

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            trainer.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask());

        refusal.Message.ShouldBe("Early stopping and the selection of the best epoch go by validation images, and there are none.");
    }
}
