using CsCheck;
using GenreCloud.Modeling.Augmentations;
using GenreCloud.Modeling.States;

namespace GenreCloud.Modeling.Tests;

public sealed class ResumeTests
{
    private const int Batches = 5;

    private static readonly TrainingOptions Everything = new()
    {
        Epochs = 3,
        BatchSize = 4,
        LearningRate = 0.05,
        LabelSmoothing = 0.1,
        ClassBalance = ClassBalance.Weights,
        GradientClip = 0.5,
        Selection = WeightSelection.Best,
        EarlyStoppingPatience = 2,
        Augmentation = new Augmentation
        {
            TimeMasks = 2, FrequencyMasks = 1, TimeShiftFrames = 100, MixupAlpha = 0.4, TabularDropout = 0.3,
        },
        Seed = 7,
        Threads = 1,
    };

    private static readonly BarBatches Source = new(Batches, batchSize: 4, classes: 3) { TabularColumns = 2 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Before the first step, within epochs, between the last step of an epoch and its validation, and in the last step of all.
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(14)]
    public async Task A_training_that_was_interrupted_ends_with_the_bits_of_one_that_was_not(int? lastStep)
    {
        var (bits, epochs) = await TrainAsync(Everything);

        byte[] state = await InterruptAsync(Everything, lastStep);
        var (resumedBits, resumedEpochs) = await ResumeAsync(Everything, state);

        resumedBits.ShouldBe(bits);
        resumedEpochs.Select(Scored).ShouldBe(epochs.Select(Scored));
    }

    [Fact]
    public async Task The_rate_that_was_found_is_kept_and_not_looked_for_again()
    {
        var options = Everything with { LearningRate = null };
        var (bits, _) = await TrainAsync(options);

        byte[] state = await InterruptAsync(options, lastStep: 6);
        var (resumedBits, _) = await ResumeAsync(options, state, firstStep: 7);

        resumedBits.ShouldBe(bits);
    }

    [Fact]
    public async Task A_crnn_continues_to_the_bit()
    {
        var options = Everything with { Epochs = 1, BatchSize = 2, EarlyStoppingPatience = null };
        var source = new BarBatches(batches: 3, batchSize: 2);
        using var whole = Networks.Crnn(classes: 4);
        using var undisturbed = new Trainer(whole, options, ComputeFormat.ChannelsLast, TimeProvider.System);
        var states = new List<Task<byte[]>>();
        var saver = new StepReporter(step =>
        {
            if (step.Step == 1)
            {
                states.Add(SaveAsync(undisturbed));
            }
        });
        await undisturbed.TrainAsync(source, saver, Cancellation).ToListAsync(Cancellation);

        using var network = Architecture.Named("crnn").Create(new NetworkInputs(4), seed: 99);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsLast, TimeProvider.System);
        await trainer.RestoreStateAsync(new MemoryStream(await states.Single()), Cancellation);
        await trainer.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        Networks.Bits(network).ShouldBe(Networks.Bits(whole));
    }

    [Fact]
    public async Task A_state_saved_while_the_training_goes_on_is_one_between_two_steps()
    {
        var (bits, _) = await TrainAsync(Everything);
        using var network = new DroppingNetwork(3, seed: 1);
        using var trainer = new Trainer(network, Everything, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var states = new List<Task<byte[]>>();
        await trainer.TrainAsync(Source, new StepReporter(_ => states.Add(SaveAsync(trainer))), Cancellation).ToListAsync(Cancellation);

        foreach (byte[] state in await Task.WhenAll(states))
        {
            (await ResumeAsync(Everything, state)).Bits.ShouldBe(bits);
        }
    }

    [Fact]
    public async Task A_cancelled_training_can_be_continued_by_the_same_trainer()
    {
        var (bits, _) = await TrainAsync(Everything);
        using var network = new DroppingNetwork(3, seed: 1);
        using var trainer = new Trainer(network, Everything, ComputeFormat.ChannelsFirst, TimeProvider.System);

        await CancelAfterAsync(trainer, lastStep: 7);
        var rest = await trainer.TrainAsync(Source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        rest.Select(epoch => epoch.Epoch).ShouldBe([1, 2]);
        Networks.Bits(network).ShouldBe(bits);
    }

    [Fact]
    public async Task A_damaged_state_is_refused_and_changes_nothing()
    {
        byte[] state = await InterruptAsync(Everything, lastStep: 6);
        using var network = new DroppingNetwork(3, seed: 5);
        using var trainer = new Trainer(network, Everything, ComputeFormat.ChannelsFirst, TimeProvider.System);
        string bits = Networks.Bits(network);

        await Gen.Select(Gen.Int[0, state.Length - 1], Gen.Int[1, 255]).SampleAsync(
            async (position, change) =>
            {
                byte[] changed = [.. state];
                changed[position] ^= (byte)change;
                await Should.ThrowAsync<TrainerStateException>(trainer.RestoreStateAsync(new MemoryStream(changed), Cancellation));
                await Should.ThrowAsync<TrainerStateException>(trainer.RestoreStateAsync(new MemoryStream(state[..position]), Cancellation));
            },
            iter: 300,
            threads: 1);
        await Should.ThrowAsync<TrainerStateException>(trainer.RestoreStateAsync(new MemoryStream([.. state, 0]), Cancellation));

        Networks.Bits(network).ShouldBe(bits);
        trainer.Epochs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(8, "header")]
    [InlineData(16, "values")]
    public async Task A_length_of_gigabytes_is_refused_before_they_are_read(int position, string what)
    {
        byte[] state = await InterruptAsync(Everything, lastStep: 0);
        BitConverter.GetBytes(1L << 40).CopyTo(state, position);
        using var network = new DroppingNetwork(3, seed: 5);
        using var trainer = new Trainer(network, Everything, ComputeFormat.ChannelsFirst, TimeProvider.System);

        var refusal = await Should.ThrowAsync<TrainerStateException>(trainer.RestoreStateAsync(new MemoryStream(state), Cancellation));

        refusal.Message.ShouldBe($"The state is damaged or of a larger network: 1099511627776 bytes of {what} are too many.");
    }

    [Fact]
    public async Task A_state_of_other_settings_is_refused_with_what_differs()
    {
        byte[] state = await InterruptAsync(Everything, lastStep: 0);

        (await RefusalAsync(Everything with { LearningRate = 0.1 }, classes: 3)).ShouldBe("The state is of another training: its learningRate is 0.05, not 0.1.");
        (await RefusalAsync(Everything with { Augmentation = new Augmentation() }, classes: 3)).ShouldContain("its augmentation is");
        (await RefusalAsync(Everything, classes: 4)).ShouldBe("The state is of another training: its classes is 3, not 4.");
        (await RefusalAsync(Everything with { Selection = WeightSelection.Last }, classes: 3)).ShouldContain("its selection is \"Best\", not \"Last\"");

        async Task<string> RefusalAsync(TrainingOptions options, int classes)
        {
            using var network = new DroppingNetwork(classes, seed: 5);
            using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
            return (await Should.ThrowAsync<TrainerStateException>(trainer.RestoreStateAsync(new MemoryStream(state), Cancellation))).Message;
        }
    }

    [Fact]
    public async Task A_source_of_another_size_cannot_continue_a_training()
    {
        byte[] state = await InterruptAsync(Everything, lastStep: 0);
        using var network = new DroppingNetwork(3, seed: 5);
        using var trainer = new Trainer(network, Everything, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await trainer.RestoreStateAsync(new MemoryStream(state), Cancellation);
        var other = new BarBatches(Batches + 1, batchSize: 4, classes: 3);

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            trainer.TrainAsync(other, cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask());

        refusal.Message.ShouldBe("The training began with 5 batches an epoch and cannot go on with 6.");
    }

    [Fact]
    public async Task What_a_failed_step_left_is_not_saved()
    {
        using var network = new SmallNetwork(classes: 4);
        network.Spoil();
        using var trainer = new Trainer(network, new TrainingOptions { BatchSize = 2, Threads = 1 }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await Should.ThrowAsync<TrainingDivergedException>(
            trainer.TrainAsync(new BarBatches(batches: 2, batchSize: 2), cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask());

        await Should.ThrowAsync<InvalidOperationException>(SaveAsync(trainer));
    }

    private static (Scores Training, Scores? Validation) Scored(EpochResult epoch) => (epoch.Training, epoch.Validation);

    private static async Task<(string Bits, IReadOnlyList<EpochResult> Epochs)> TrainAsync(TrainingOptions options)
    {
        using var network = new DroppingNetwork(3, seed: 1);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await trainer.TrainAsync(Source, cancellationToken: Cancellation).ToListAsync(Cancellation);
        return (Networks.Bits(network), trainer.Epochs);
    }

    /// <returns>The state after that step.</returns>
    private static async Task<byte[]> InterruptAsync(TrainingOptions options, int? lastStep)
    {
        using var network = new DroppingNetwork(3, seed: 1);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await CancelAfterAsync(trainer, lastStep);
        return await SaveAsync(trainer);
    }

    private static async Task CancelAfterAsync(Trainer trainer, int? lastStep)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var canceller = new StepReporter(step =>
        {
            if (step.Phase == TrainingPhase.Training && step.Step == lastStep)
            {
                cancellation.Cancel();
            }
        });
        if (lastStep is null)
        {
            await cancellation.CancelAsync();
        }

        await Should.ThrowAsync<OperationCanceledException>(trainer.TrainAsync(Source, canceller, cancellation.Token).ToListAsync(Cancellation).AsTask());
    }

    private static async Task<byte[]> SaveAsync(Trainer trainer)
    {
        using var state = new MemoryStream();
        await trainer.SaveStateAsync(state, Cancellation);
        return state.ToArray();
    }

    private static async Task<(string Bits, IReadOnlyList<EpochResult> Epochs)> ResumeAsync(TrainingOptions options, byte[] state, int? firstStep = null)
    {
        using var network = new DroppingNetwork(3, seed: 99);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        await trainer.RestoreStateAsync(new MemoryStream(state), Cancellation);
        var steps = new List<(TrainingPhase Phase, int Step)>();
        await trainer.TrainAsync(Source, new StepReporter(step => steps.Add((step.Phase, step.Step))), Cancellation).ToListAsync(Cancellation);
        if (firstStep is not null)
        {
            steps[0].ShouldBe((TrainingPhase.Training, firstStep.Value));
        }

        return (Networks.Bits(network), trainer.Epochs);
    }
}
