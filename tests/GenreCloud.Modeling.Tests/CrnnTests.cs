using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class CrnnTests
{
    /// <summary>Keys, shapes and order of the published checkpoint's model, as its pickle lists them.</summary>
    private static string[] PublishedKeys { get; } =
    [
        .. Enumerable.Range(1, 5).SelectMany(block => new[]
        {
            $"cnn.conv{block}.0.weight [64,{(block == 1 ? 1 : 64)},3,3]",
            $"cnn.conv{block}.0.bias [64]",
            $"cnn.conv{block}.1.weight [64]",
            $"cnn.conv{block}.1.bias [64]",
            $"cnn.conv{block}.1.running_mean [64]",
            $"cnn.conv{block}.1.running_var [64]",
            $"cnn.conv{block}.1.num_batches_tracked []",
        }),
        .. Enumerable.Range(0, 2).SelectMany(layer => new[]
        {
            $"rnn.gru.weight_ih_l{layer} [192,64]",
            $"rnn.gru.weight_hh_l{layer} [192,64]",
            $"rnn.gru.bias_ih_l{layer} [192]",
            $"rnn.gru.bias_hh_l{layer} [192]",
        }),
        "rnn.linear.weight [10,1280]",
        "rnn.linear.bias [10]",
    ];

    [Fact]
    public void Its_state_has_the_keys_and_shapes_of_the_published_checkpoint()
    {
        using var network = Networks.Crnn(classes: 10);

        var state = network.state_dict().Select(entry => $"{entry.Key} [{string.Join(',', entry.Value.shape)}]");

        state.ShouldBe(PublishedKeys, ignoreOrder: true);
    }

    [Fact]
    public void It_has_as_many_weights_as_the_published_model()
    {
        using var network = Networks.Crnn(classes: 10);

        // The published file counts 212,362 floats with the ten running statistics of 64 each.
        network.parameters().Sum(parameter => parameter.numel()).ShouldBe(212_362 - 10 * 64);
    }

    [Fact]
    public void A_seed_gives_the_same_weights_again_and_another_seed_others()
    {
        using var first = Architecture.Named("crnn").Create(new NetworkInputs(10), seed: 7);
        using var again = Architecture.Named("crnn").Create(new NetworkInputs(10), seed: 7);
        using var other = Architecture.Named("crnn").Create(new NetworkInputs(10), seed: 8);

        Networks.Bits(again).ShouldBe(Networks.Bits(first));
        Networks.Bits(other).ShouldNotBe(Networks.Bits(first));
    }

    [Fact]
    public void Pixels_as_bytes_and_as_fractions_give_the_same_logits()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Crnn(classes: 4);
        network.eval();
        var pixels = Networks.Pixels(images: 2, seed: 3);

        var fromBytes = network.call(pixels, null);
        var fromFractions = network.call(pixels.to(ScalarType.Float32) / 255, null);

        fromBytes.shape.ShouldBe([2, 4]);
        fromBytes.data<float>().ToArray().ShouldBe(fromFractions.data<float>().ToArray());
    }

    [Fact]
    public void A_picture_of_another_size_is_refused_with_both_sizes()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Crnn(classes: 4);

        var refusal = Should.Throw<ArgumentException>(() => network.call(zeros([1, 128, 1290], ScalarType.Byte), null));

        refusal.Message.ShouldContain("[B,128,1292]");
        refusal.Message.ShouldContain("[1,128,1290]");
    }

    [Fact]
    public void Scoring_folds_the_normalisation_without_changing_the_answer()
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Crnn(classes: 10);
        Networks.Disturb(network);
        var pixels = Networks.Pixels(images: 2, seed: 5);
        network.eval();

        var folded = network.call(pixels, null);
        var spelledOut = SpelledOut(network, pixels);

        Networks.LargestDifference(folded, spelledOut).ShouldBeLessThan(1e-4);
    }

    [Theory]
    // A maximum whose rivals are as close as rounding sends its gradient elsewhere, so gradients differ by more than losses.
    [InlineData(ComputeFormat.ChannelsLast, 1e-4, 2e-2)]
    [InlineData(ComputeFormat.ChannelsLastBFloat16, 2e-2, 0.5)]
    public void The_fast_formats_learn_the_same_as_the_plain_one(ComputeFormat format, double lossTolerance, double gradientTolerance)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Crnn(classes: 10);
        var pixels = Networks.Pixels(images: 2, seed: 6);
        var labels = tensor(new long[] { 3, 8 });

        var (plainLoss, plainGradients) = LossAndGradients(network, ComputeFormat.ChannelsFirst, pixels, labels);
        var (loss, gradients) = LossAndGradients(network, format, pixels, labels);

        loss.ShouldBe(plainLoss, lossTolerance);
        foreach (var (name, plain) in plainGradients)
        {
            double relative = (gradients[name] - plain).norm().ToDouble() / plain.norm().ToDouble();
            relative.ShouldBeLessThan(gradientTolerance, name);
        }
    }

    private static (double Loss, Dictionary<string, Tensor> Gradients) LossAndGradients(
        SpectrogramNetwork network, ComputeFormat format, Tensor pixels, Tensor labels)
    {
        network.train();
        network.Format = format;
        network.zero_grad();
        var loss = nn.functional.cross_entropy(network.call(pixels, null), labels);
        loss.backward();
        return (loss.ToDouble(), network.named_parameters().Where(entry => !IsBiasBeforeNormalization(entry.name))
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone()));
    }

    /// <summary>Its gradient is zero but for rounding.</summary>
    private static bool IsBiasBeforeNormalization(string name) => name.EndsWith(".0.bias", StringComparison.Ordinal);

    /// <summary>The network by DESIGN.md's words, layer by layer, with nothing folded or reordered.</summary>
    private static Tensor SpelledOut(Crnn network, Tensor pixels)
    {
        var map = (pixels.to(ScalarType.Float32) / 255).unsqueeze(1);
        foreach (var block in network.Convolutions.Blocks)
        {
            map = block.Normalization.call(block.Convolution.call(map)).relu();
            map = nn.functional.max_pool2d(map, [block.Pool!.Value.Height, block.Pool.Value.Width]);
        }

        map.shape.ShouldBe([pixels.shape[0], 64, 1, 20]);
        var (outputs, _) = network.Head.Gru.call(map.squeeze(2).permute(0, 2, 1));
        return network.Head.Linear.call(outputs.reshape(-1, 1280));
    }
}
