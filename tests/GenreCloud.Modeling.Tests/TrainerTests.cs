using Microsoft.Extensions.Time.Testing;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingOptions OneThread = new() { Epochs = 1, BatchSize = 2, Threads = 1, Precision = Precision.Fp32 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_seed_gives_the_same_weights_to_the_bit_and_another_seed_others()
    {
        string first = await TrainedBitsAsync(seed: 1);
        string again = await TrainedBitsAsync(seed: 1);
        string other = await TrainedBitsAsync(seed: 2);

        again.ShouldBe(first);
        other.ShouldNotBe(first);

        static async Task<string> TrainedBitsAsync(long seed)
        {
            using var network = Architecture.Named("crnn").Create(new NetworkInputs(4), seed);
            using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsLast, TimeProvider.System);
            await trainer.TrainAsync(new BarBatches(batches: 2, batchSize: 2), cancellationToken: Cancellation).ToListAsync(Cancellation);
            return Networks.Bits(network);
        }
    }

    [Fact]
    public async Task Steps_leave_no_tensor_behind()
    {
        using var network = Networks.Crnn(classes: 4);
        using var trainer = new Trainer(network, OneThread with { BatchSize = 1 }, ComputeFormat.ChannelsLast, TimeProvider.System);
        var live = new List<long>();
        var counter = new StepReporter(_ => live.Add(Tensor.TotalCount));

        // What earlier tests left to the finalizers must not go while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        await trainer.TrainAsync(new BarBatches(batches: 20, batchSize: 1), counter, Cancellation).ToListAsync(Cancellation);

        live[19].ShouldBe(live[2]);
    }

    [Theory]
    [InlineData("crnn", 0)]
    [InlineData("crnn", 255)]
    [InlineData("crnn-tabular", 0)]
    public async Task Pictures_of_one_grey_are_trained_on_without_a_loss_that_is_no_number(string architecture, byte grey)
    {
        var inputs = new NetworkInputs(4, TabularNormalization.None(16));
        using var network = Architecture.Named(architecture).Create(inputs, seed: 1);
        using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsLast, TimeProvider.System);
        var source = new BarBatches(batches: 3, batchSize: 2) { Grey = grey, TabularColumns = network.TabularColumns };

        var epochs = await trainer.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation);

        double.IsFinite(epochs[0].Training.Loss).ShouldBeTrue();
        double.IsFinite(epochs[0].Validation.ShouldNotBeNull().Loss).ShouldBeTrue();
    }

    [Fact]
    public async Task It_learns_where_the_bar_is_and_says_so_in_its_scores()
    {
        using var network = new SmallNetwork(classes: 6);
        using var trainer = new Trainer(network, OneThread with { Epochs = 12, LearningRate = 0.05 }, ComputeFormat.ChannelsFirst, TimeProvider.System);

        var epochs = await trainer.TrainAsync(new BarBatches(batches: 6, batchSize: 4, classes: 6), cancellationToken: Cancellation).ToListAsync(Cancellation);

        epochs.Select(epoch => epoch.Epoch).ShouldBe(Enumerable.Range(0, 12));
        epochs[^1].Training.Loss.ShouldBeLessThan(epochs[0].Training.Loss / 2);
        epochs[^1].Training.Images.ShouldBe(24);
        var validation = epochs[^1].Validation.ShouldNotBeNull();
        validation.Top1.ShouldBe(1);
        validation.Top5.ShouldBe(1);
        validation.Images.ShouldBe(24);
    }

    [Fact]
    public async Task Scores_are_those_of_the_probabilities()
    {
        using var network = new SmallNetwork(classes: 7);
        using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var source = new BarBatches(batches: 3, batchSize: 9, classes: 7);
        var batches = await source.Validation(Cancellation).ToListAsync(Cancellation);

        var scores = (await trainer.ScoreAsync(source.Validation(Cancellation), Cancellation)).ShouldNotBeNull();

        var answers = new List<(double[] Probabilities, long Label)>();
        foreach (var batch in batches)
        {
            answers.AddRange((await trainer.AnswerAsync(batch, Cancellation)).Select(Softmax).Zip(batch.Labels.ToArray()));
        }

        scores.Images.ShouldBe(27);
        scores.Loss.ShouldBe(answers.Average(answer => -Math.Log(answer.Probabilities[answer.Label])), 1e-5);
        scores.Top1.ShouldBe(answers.Average(answer => Rank(answer.Probabilities, answer.Label) < 1 ? 1.0 : 0), 1e-12);
        scores.Top5.ShouldBe(answers.Average(answer => Rank(answer.Probabilities, answer.Label) < 5 ? 1.0 : 0), 1e-12);

        static double[] Softmax(float[] logits) => [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(other => Math.Exp(other)))];

        static int Rank(double[] probabilities, long label) => probabilities.Count(probability => probability > probabilities[label]);
    }

    [Fact]
    public async Task Every_step_is_reported_with_the_rate_that_the_schedule_gives_it()
    {
        using var network = new SmallNetwork(classes: 4);
        var options = OneThread with { Epochs = 3, LearningRate = 0.01 };
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, new FakeTimeProvider());
        var reports = new List<StepResult>();

        await trainer.TrainAsync(new BarBatches(batches: 4, batchSize: 2), new StepReporter(reports.Add), Cancellation).ToListAsync(Cancellation);

        var schedule = new OneCycle(12, 0.01);
        reports.Select(report => (report.Epoch, report.Step, report.TotalSteps, report.LearningRate))
            .ShouldBe(Enumerable.Range(0, 12).Select(step => (step / 4, step, 12, schedule.At(step).LearningRate)));
    }

    [Fact]
    public async Task A_loss_that_is_not_a_number_ends_the_run_and_says_where()
    {
        using var network = new SmallNetwork(classes: 4);
        network.Spoil();
        using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsFirst, TimeProvider.System);

        var divergence = await Should.ThrowAsync<TrainingDivergedException>(
            trainer.TrainAsync(new BarBatches(batches: 2, batchSize: 2), cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask());

        divergence.Message.ShouldBe(
            "The loss became NaN in epoch 1, step 1, at learning rate 5.6e-05. Train with a lower learning rate, or with gradients clipped to a norm of 1.");
    }

    [Fact]
    public async Task A_gradient_that_is_not_finite_ends_the_run_before_it_spoils_the_weights()
    {
        using var network = new SmallNetwork(classes: 4) { IsSteep = true };
        var weight = network.Weight;
        using var trainer = new Trainer(network, OneThread with { GradientClip = 1 }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var reports = new List<StepResult>();

        var divergence = await Should.ThrowAsync<TrainingDivergedException>(
            trainer.TrainAsync(new BarBatches(batches: 2, batchSize: 2), new StepReporter(reports.Add), Cancellation).ToListAsync(Cancellation).AsTask());

        divergence.Message.ShouldMatch(
            @"^The gradient's norm became (Infinity|NaN) at loss [0-9.]+ in epoch 1, step 1, at learning rate 5\.6e-05\. Train with a lower learning rate\.$");
        (divergence.Epoch, divergence.Step).ShouldBe((0, 0));
        reports.ShouldBeEmpty();
        network.Weight.ShouldBe(weight);
    }

    [Fact]
    public async Task A_cancelled_run_ends_before_its_next_step()
    {
        using var network = new SmallNetwork(classes: 4);
        using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsFirst, TimeProvider.System);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        int steps = 0;
        var canceller = new StepReporter(_ =>
        {
            steps++;
            cancellation.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(
            trainer.TrainAsync(new BarBatches(batches: 5, batchSize: 2), canceller, cancellation.Token).ToListAsync(Cancellation).AsTask());

        steps.ShouldBe(1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_source_with_other_batches_than_it_announced_is_refused(int announced)
    {
        using var network = new SmallNetwork(classes: 4);
        using var trainer = new Trainer(network, OneThread, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var source = new BarBatches(batches: 4, batchSize: 2) { Announced = announced };

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            trainer.TrainAsync(source, cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask());

        refusal.Message.ShouldContain($"{announced} batches");
    }

    [Fact]
    public async Task Biases_and_normalisations_do_not_decay()
    {
        using var network = new SmallNetwork(classes: 4);
        var options = OneThread with { WeightDecay = 0.5, LearningRate = 0.1 };
        using var undecayed = new SmallNetwork(classes: 4);
        using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
        using var reference = new Trainer(undecayed, options with { WeightDecay = 0 }, ComputeFormat.ChannelsFirst, TimeProvider.System);
        var oneStep = new BarBatches(batches: 1, batchSize: 2);

        await trainer.TrainAsync(oneStep, cancellationToken: Cancellation).ToListAsync(Cancellation);
        await reference.TrainAsync(oneStep, cancellationToken: Cancellation).ToListAsync(Cancellation);

        network.Bias.ShouldBe(undecayed.Bias);
        // The first step is made at peak/25: a weight that starts at 1 loses 0.5 * 0.1/25 to the decay.
        (undecayed.Weight - network.Weight).ShouldBe(0.5f * 0.1f / 25, 1e-6f);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 1)]
    [InlineData(16, 1)]
    [InlineData(100, 6)]
    public void A_last_batch_that_is_not_full_is_left_out_unless_it_is_the_only_one(int images, int batches) =>
        new TrainingOptions { BatchSize = 16 }.BatchesPerEpoch(images).ShouldBe(batches);
}
