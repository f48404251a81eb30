using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

/// <summary>What every network of the catalogue must do; a new one is tested by being in it.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Labels = ["classical", "jazz", "r&b", "techno"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Architecture.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ONNX_Runtime_answers_as_the_network_does(string name)
    {
        using var network = Create(name);
        Disturb(network);
        var pixels = new byte[3 * SpectrogramShape.Pixels];
        var random = new Random(4);
        random.NextBytes(pixels);
        float[] tabular = [.. Enumerable.Range(0, 3 * network.TabularColumns).Select(i => i % 7 == 3 ? float.NaN : (float)random.NextDouble())];

        var model = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(name, "GenreCloud", "1.0"));
        var parity = OnnxParity.Measure(model, network, pixels, tabular, batchSize: 2, cancellationToken: Cancellation);

        parity.Samples.ShouldBe(3);
        parity.RequireAgreement(2e-5).ArgmaxAgreements.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_formats_answer_the_same_up_to_their_precision(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = Create(name);
        Disturb(network);
        network.train();
        var pixels = Networks.Pixels(2, seed: 3);

        var plain = Answer(ComputeFormat.ChannelsFirst);

        Networks.LargestDifference(plain, Answer(ComputeFormat.ChannelsLast)).ShouldBeLessThan(1e-3);
        Networks.LargestDifference(plain, Answer(ComputeFormat.ChannelsLastBFloat16)).ShouldBeLessThan(0.5);

        Tensor Answer(ComputeFormat format)
        {
            manual_seed(1);
            network.Format = format;
            return network.call(pixels, null).log_softmax(1);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_learns_in_the_fastest_format(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Create(name);
        network.train();
        network.Format = ComputeFormat.ChannelsLastBFloat16;

        nn.functional.cross_entropy(network.call(Networks.Pixels(2, seed: 3), null), tensor([0L, 1])).backward();

        foreach (var (parameter, tensor) in network.named_parameters().Where(entry => entry.parameter.dim() > 1 && !IsOfMissingValues(entry.name)))
        {
            tensor.grad.ShouldNotBeNull(parameter).norm().ToDouble().ShouldBeGreaterThan(0, parameter);
        }

        // Where all is missing, the first dense layer has zeros to read.
        static bool IsOfMissingValues(string parameter) => parameter == "fcn.fc1.weight";
    }

    [Fact]
    public void An_unknown_architecture_is_answered_with_those_that_exist() =>
        Should.Throw<ArgumentException>(() => Architecture.Named("transformer")).Message.ShouldContain("crnn");

    [Fact]
    public void The_linear_baseline_knows_each_band_and_not_which_way_time_runs()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = (LinearClassifier)Create(LinearClassifier.ArchitectureName);
        network.eval();
        var noise = Networks.Pixels(1, seed: 3);
        var reversed = noise.flip(2);
        var upsideDown = noise.flip(1);
        var fainter = noise.bitwise_right_shift(tensor((byte)1));

        var answer = network.call(noise, null);

        Networks.LargestDifference(answer, network.call(reversed, null)).ShouldBeLessThan(1e-5);
        Networks.LargestDifference(answer, network.call(upsideDown, null)).ShouldBeGreaterThan(1e-3);
        Networks.LargestDifference(answer, network.call(fainter, null)).ShouldBeGreaterThan(1e-2);
    }

    private static SpectrogramNetwork Create(string name)
    {
        var architecture = Architecture.Named(name);
        return architecture.Create(new NetworkInputs(Labels.Length, TabularNormalization.None(architecture.TabularColumns)), seed: 1);
    }

    /// <summary>Gives the normalisations statistics and scales other than the initial ones, negative scales among them.</summary>
    private static void Disturb(SpectrogramNetwork network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var generator = new Generator(11);
        foreach (var normalization in network.modules().OfType<BatchNorm>())
        {
            long features = normalization.num_features;
            normalization.running_mean!.copy_(randn([features], generator: generator) * 0.1);
            normalization.running_var!.copy_(rand([features], generator: generator) + 0.2);
            normalization.weight!.copy_(randn([features], generator: generator));
            normalization.bias!.copy_(randn([features], generator: generator));
        }
    }
}
