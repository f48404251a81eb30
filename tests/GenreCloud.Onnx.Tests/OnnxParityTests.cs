using System.Runtime.InteropServices;
using GenreCloud.Onnx.Protobuf;
using Google.Protobuf;
using TorchSharp;
using static GenreCloud.Onnx.Tests.SeededTensors;

namespace GenreCloud.Onnx.Tests;

public sealed class OnnxParityTests
{
    private static readonly OnnxModelInfo Info = new("crnn", "GenreCloud", "1.2.3");

    [Fact]
    public void One_changed_weight_is_found()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        var tampered = Tamper(Export(network), "linear.bias", elements => elements[2] += 1e-3f);

        var parity = Measure(tampered, network, samples: 2);

        parity.MaxLogitDifference.ShouldBe(1e-3, 1e-5);
        Should.NotThrow(() => parity.RequireAgreement(2e-3));
        var refusal = Should.Throw<OnnxParityException>(() => parity.RequireAgreement(1e-4));
        refusal.Result.ShouldBe(parity);
        refusal.Tolerance.ShouldBe(1e-4);
        refusal.Message.ShouldContain("0.001");
        refusal.Message.ShouldContain("0.0001");
    }

    [Theory]
    [InlineData("gru.l0.W")]
    [InlineData("gru.l1.R")]
    [InlineData("gru.l1.B")]
    public void Gates_in_PyTorchs_order_are_found(string gates)
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        var wrong = Tamper(Export(network), gates, elements =>
        {
            var gate = gates.EndsWith('B') ? 64 : 64 * 64;
            var update = elements[..gate].ToArray();
            elements.Slice(gate, gate).CopyTo(elements);
            update.CopyTo(elements[gate..]);
        });

        var parity = Measure(wrong, network, samples: 1);

        Should.Throw<OnnxParityException>(() => parity.RequireAgreement());
    }

    [Fact]
    public void An_answer_that_is_not_a_number_is_no_agreement()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        using (torch.no_grad())
        {
            network.get_parameter("linear.bias")!.slice(0, 1, 2, 1).fill_(float.NaN);
        }

        var parity = Measure(Export(network), network, samples: 2);

        parity.MaxLogitDifference.ShouldBe(double.NaN);
        Should.Throw<OnnxParityException>(() => parity.RequireAgreement());
    }

    [Fact]
    public void A_temperature_divides_the_logits_of_the_probabilities_and_leaves_the_logits()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        string[] labels = ["a", "b", "c", "d"];
        var tempered = OnnxClassifier.Export(network, labels, Info, temperature: 2.5);

        var parity = OnnxParity.Measure(tempered, network, GreyLevels(2, 2), temperature: 2.5, cancellationToken: TestContext.Current.CancellationToken);
        var untempered = OnnxParity.Measure(tempered, network, GreyLevels(2, 2), cancellationToken: TestContext.Current.CancellationToken);

        parity.RequireAgreement(1e-5);
        untempered.MaxLogitDifference.ShouldBeLessThan(1e-5);
        untempered.MaxProbabilityDifference.ShouldBeGreaterThan(1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_temperature_is_above_zero_and_finite(double temperature)
    {
        using var network = new PlainCrnn(classes: 2);

        Should.Throw<ArgumentOutOfRangeException>(() => OnnxClassifier.Export(network, ["a", "b"], Info, temperature));
    }

    [Fact]
    public void The_worst_sample_is_named()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        // Only samples that are not black feel the first convolution's weights.
        var tampered = Tamper(Export(network), "conv1.weight", elements => elements[..9].Fill(1));
        byte[] pixels = [.. new byte[2 * OnnxClassifier.Pixels], .. GreyLevels(3, 1), .. new byte[OnnxClassifier.Pixels]];

        var parity = OnnxParity.Measure(tampered, network, pixels, batchSize: 2, cancellationToken: TestContext.Current.CancellationToken);

        parity.WorstSample.ShouldBe(2);
        parity.Samples.ShouldBe(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_network_is_left_in_the_mode_it_was_in(bool training)
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        network.train(training);
        var statistics = network.state_dict()["norm1.running_mean"].bytes.ToArray();

        Measure(Export(network), network, samples: 1).RequireAgreement(1e-5);

        network.training.ShouldBe(training);
        network.state_dict()["norm1.running_mean"].bytes.ToArray().ShouldBe(statistics);
    }

    [Fact]
    public void A_model_of_other_classes_is_refused()
    {
        using var four = Randomized(new PlainCrnn(classes: 4), seed: 1);
        using var five = Randomized(new PlainCrnn(classes: 5), seed: 1);

        Should.Throw<InvalidOperationException>(() => Measure(Export(four), five, samples: 1)).Message.ShouldContain("has 5 classes and the ONNX model 4");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(OnnxClassifier.Pixels + 1)]
    public void Pixels_must_be_whole_samples(int length)
    {
        using var network = new PlainCrnn(classes: 4);

        Should.Throw<ArgumentException>(() => OnnxParity.Measure(default, network, new byte[length], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_cancelled_measurement_stops()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);

        Should.Throw<OperationCanceledException>(() => OnnxParity.Measure(Export(network), network, GreyLevels(1, 1), cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Measuring_leaves_no_tensor_behind()
    {
        using var network = Randomized(new PlainCrnn(classes: 4), seed: 1);
        using var scope = torch.NewDisposeScope();

        Measure(Export(network), network, samples: 2);

        scope.DisposablesCount.ShouldBe(0);
    }

    private static byte[] Export(PlainCrnn network)
    {
        var classes = network.get_parameter("linear.bias")!.shape[0];
        return OnnxClassifier.Export(network, [.. Enumerable.Range(0, (int)classes).Select(index => $"class {index}")], Info);
    }

    private static OnnxParityResult Measure(byte[] model, PlainCrnn network, int samples) =>
        OnnxParity.Measure(model, network, GreyLevels(2, samples), cancellationToken: TestContext.Current.CancellationToken);

    private static byte[] Tamper(byte[] model, string constant, SpanAction change)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        var tensor = proto.Graph.Initializer.Single(initializer => initializer.Name == constant);
        var bytes = tensor.RawData.ToByteArray();
        change(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
        tensor.RawData = ByteString.CopyFrom(bytes);
        return proto.ToByteArray();
    }

    private delegate void SpanAction(Span<float> elements);
}
