using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class NetworkOptimizerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_norm_is_that_of_all_gradients_together_and_is_shortened_to_the_limit()
    {
        using var scope = NewDisposeScope();
        using var network = new SmallNetwork(classes: 4);
        using var optimizer = new NetworkOptimizer(network, weightDecay: 0);
        network.call(Networks.Pixels(3, seed: 2), null).pow(2).sum().backward();
        double[] before = Gradient(network);

        double norm = optimizer.GradientNorm();
        optimizer.ShortenGradient(norm, longest: 0.5);

        norm.ShouldBe(Math.Sqrt(before.Sum(value => value * value)), norm * 1e-5);
        optimizer.GradientNorm().ShouldBe(0.5, 1e-5);
        Gradient(network).Zip(before).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second * 0.5 / norm) < 1e-6);
    }

    [Fact]
    public async Task A_gradient_that_is_too_long_is_clipped_and_reported_as_it_was()
    {
        var (free, freeNorms) = await WeightAfterAsync(clip: null);
        var (wide, _) = await WeightAfterAsync(clip: 1e6);
        var (narrow, narrowNorms) = await WeightAfterAsync(clip: 1e-9);

        wide.ShouldBe(free);
        // Far below the optimizer's epsilon of 1e-5 a gradient moves nothing.
        Math.Abs(narrow - 1).ShouldBeLessThan(1e-5f);
        Math.Abs(free - 1).ShouldBeGreaterThan(1e-3f);
        narrowNorms[0].ShouldBe(freeNorms[0]);
        freeNorms.ShouldAllBe(norm => norm > 1e-3);

        static async Task<(float Weight, List<double> Norms)> WeightAfterAsync(double? clip)
        {
            using var network = new SmallNetwork(classes: 4);
            var options = new TrainingOptions { Epochs = 1, BatchSize = 2, Threads = 1, WeightDecay = 0, LearningRate = 0.05, GradientClip = clip };
            using var trainer = new Trainer(network, options, ComputeFormat.ChannelsFirst, TimeProvider.System);
            var norms = new List<double>();
            var reporter = new StepReporter(step => norms.Add(step.GradientNorm));
            await trainer.TrainAsync(new BarBatches(batches: 3, batchSize: 2), reporter, Cancellation).ToListAsync(Cancellation);
            return (network.Weight, norms);
        }
    }

    private static double[] Gradient(SpectrogramNetwork network) =>
        [.. network.parameters().SelectMany(parameter => parameter.grad!.data<float>().ToArray()).Select(value => (double)value)];
}
