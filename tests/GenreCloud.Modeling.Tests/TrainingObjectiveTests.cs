using CsCheck;
using GenreCloud.Modeling.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class TrainingObjectiveTests
{
    private static readonly double[] Weights = [0.5, 3, 1, 0.25];

    private static readonly long[] Labels = [0, 3, 1, 1, 2];

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0, true)]
    [InlineData(0.3, true)]
    public void It_is_the_cross_entropy_of_torch(double smoothing, bool weighted)
    {
        using var scope = NewDisposeScope();
        double[] weights = weighted ? Weights : [1, 1, 1, 1];
        var logits = Logits();

        double loss = new TrainingObjective(smoothing, weights).Loss(logits, Labels, Unmixed).ToDouble();

        var weight = tensor(weights.Select(value => (float)value).ToArray());
        nn.functional.cross_entropy(logits, tensor(Labels), weight: weight, label_smoothing: smoothing).ToDouble().ShouldBe(loss, 1e-6);
    }

    [Fact]
    public void Smoothing_is_cross_entropy_against_the_smoothed_distribution()
    {
        using var scope = NewDisposeScope();
        var logits = Logits();
        float[] logarithms = logits.log_softmax(1).data<float>().ToArray();

        double loss = new TrainingObjective(0.2, [1, 1, 1, 1]).Loss(logits, Labels, Unmixed).ToDouble();

        Enumerable.Range(0, 20).Sum(i => -logarithms[i] * (i % 4 == Labels[i / 4] ? 0.85 : 0.05) / 5).ShouldBe(loss, 1e-6);
    }

    [Fact]
    public void The_loss_of_mixed_labels_is_the_mean_of_both_by_their_shares()
    {
        using var scope = NewDisposeScope();
        var logits = Logits();
        Mix[] mixes = [new(1, 192), new(2, 128), new(0, 256), new(4, 200), new(3, 150)];
        var objective = new TrainingObjective(0.1, [1, 1, 1, 1]);

        double loss = objective.Loss(logits, Labels, mixes).ToDouble();

        double expected = 0;
        for (int image = 0; image < 5; image++)
        {
            var own = objective.Loss(logits[image..(image + 1)], [Labels[image]], [new(0, Mix.Whole)]).ToDouble();
            var other = objective.Loss(logits[image..(image + 1)], [Labels[mixes[image].Partner]], [new(0, Mix.Whole)]).ToDouble();
            expected += (mixes[image].Share * own + (256 - mixes[image].Share) * other) / 256 / 5;
        }

        loss.ShouldBe(expected, 1e-6);
    }

    [Fact]
    public void Balanced_weights_make_all_classes_weigh_the_same_and_images_one_on_average() =>
        Gen.Int[0, 500].Array[2, 20].Where(counts => counts.Any(count => count > 0)).Sample(counts =>
        {
            double[] weights = TrainingObjective.BalancedWeights(counts);

            double[] classes = [.. counts.Zip(weights, (count, weight) => count * weight).Where(sum => sum > 0)];
            classes.Length.ShouldBe(counts.Count(count => count > 0));
            classes.ShouldAllBe(sum => Math.Abs(sum - classes[0]) < 1e-9);
            classes.Sum().ShouldBe(counts.Sum(), 1e-6);
        });

    [Fact]
    public void The_weights_are_scikit_learns_balanced_ones() => TrainingObjective.BalancedWeights([10, 30, 60]).ShouldBe([100 / 30.0, 100 / 90.0, 100 / 180.0], 1e-12);

    private static Mix[] Unmixed => [.. Enumerable.Range(0, Labels.Length).Select(image => new Mix(image, Mix.Whole))];

    private static Tensor Logits() => randn([Labels.Length, 4], generator: new Generator(3)) * 3;
}
