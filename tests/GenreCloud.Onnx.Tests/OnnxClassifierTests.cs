using System.Text.Json;
using GenreCloud.Onnx.Protobuf;
using GenreCloud.Testing;
using static GenreCloud.Onnx.Tests.SeededTensors;

namespace GenreCloud.Onnx.Tests;

public sealed class OnnxClassifierTests
{
    private static readonly string[] Labels = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];
    private static readonly OnnxModelInfo Info = new("crnn", "GenreCloud", "1.2.3");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_exported_crnn_answers_as_the_network_does(int batchSize)
    {
        using var network = Randomized(new PlainCrnn(), seed: 1);

        var parity = OnnxParity.Measure(OnnxClassifier.Export(network, Labels, Info), network, GreyLevels(2, 3), batchSize: batchSize, cancellationToken: TestContext.Current.CancellationToken);

        parity.Samples.ShouldBe(3);
        parity.MaxLogitDifference.ShouldBeInRange(double.Epsilon, 1e-5);
        parity.MaxProbabilityDifference.ShouldBeLessThan(1e-5);
        parity.ArgmaxAgreements.ShouldBe(3);
    }

    [Fact]
    public void The_exported_crnn_answers_as_the_network_does_on_real_spectrograms()
    {
        var pixels = RealSpectrograms.Read(SharedData.Require("genres-train.zip"), count: 8);
        using var network = Randomized(new PlainCrnn(), seed: 1);

        var parity = OnnxParity.Measure(OnnxClassifier.Export(network, Labels, Info), network, pixels, batchSize: 3, cancellationToken: TestContext.Current.CancellationToken);

        parity.Samples.ShouldBe(8);
        parity.MaxLogitDifference.ShouldBeInRange(double.Epsilon, 1e-5);
        parity.MaxProbabilityDifference.ShouldBeLessThan(1e-5);
        parity.ArgmaxAgreements.ShouldBe(8);
    }

    [Fact]
    public void The_file_keeps_the_contract_of_every_classifier()
    {
        using var network = Randomized(new PlainCrnn(), seed: 1);

        var model = ModelProto.Parser.ParseFrom(OnnxClassifier.Export(network, Labels, Info with { Description = "for a reader" }));

        model.IrVersion.ShouldBe(8);
        model.OpsetImport.ShouldHaveSingleItem().Version.ShouldBe(17);
        model.ProducerName.ShouldBe("GenreCloud");
        model.ProducerVersion.ShouldBe("1.2.3");
        model.DocString.ShouldBe("for a reader");
        model.Graph.Name.ShouldBe("crnn");
        model.Graph.Input.Select(Describe).ShouldBe(["spectrogram 2 [batch,128,1292]"]);
        model.Graph.Output.Select(Describe).ShouldBe(["logits 1 [batch,10]", "probabilities 1 [batch,10]"]);
        var labels = model.MetadataProps.ShouldHaveSingleItem();
        labels.Key.ShouldBe("labels");
        labels.Value.ShouldContain("r&b");
        JsonSerializer.Deserialize<string[]>(labels.Value).ShouldBe(Labels);
    }

    [Fact]
    public void Every_value_of_the_file_is_named_typed_and_made_before_it_is_used()
    {
        using var network = Randomized(new PlainCrnn(), seed: 1);

        var graph = ModelProto.Parser.ParseFrom(OnnxClassifier.Export(network, Labels, Info)).Graph;

        var known = graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(constant => constant.Name)).ToHashSet();
        known.Count.ShouldBe(graph.Input.Count + graph.Initializer.Count);
        foreach (var node in graph.Node)
        {
            node.Input.ShouldAllBe(input => known.Contains(input));
            known.Add(node.Output.ShouldHaveSingleItem()).ShouldBeTrue();
        }

        graph.Node.Select(node => node.Name).ShouldBeUnique();
        graph.ValueInfo.Concat(graph.Output).Select(value => value.Name).ShouldBe(graph.Node.Select(node => node.Output[0]), ignoreOrder: true);
        graph.ValueInfo.Single(value => value.Name == "pool5").Type.TensorType.Shape.ShouldBe(Shape(64, 1, 20));
        graph.ValueInfo.Single(value => value.Name == "flatten").Type.TensorType.Shape.ShouldBe(Shape(1280));
    }

    [Fact]
    public void Constants_have_the_names_and_the_numbers_of_the_parameters()
    {
        using var network = Randomized(new PlainCrnn(), seed: 1);

        var constants = ModelProto.Parser.ParseFrom(OnnxClassifier.Export(network, Labels, Info)).Graph.Initializer.ToDictionary(constant => constant.Name);

        var written = network.state_dict().Where(entry => constants.ContainsKey(entry.Key)).ToList();
        written.Count.ShouldBe(5 * (2 + 4) + 2);
        foreach (var (name, tensor) in written)
        {
            constants[name].Dims.ShouldBe(tensor.shape);
            constants[name].RawData.ToByteArray().ShouldBe(tensor.bytes.ToArray());
        }
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        using var first = Randomized(new PlainCrnn(), seed: 1);
        using var second = Randomized(new PlainCrnn(), seed: 1);
        using var other = Randomized(new PlainCrnn(), seed: 2);

        var bytes = OnnxClassifier.Export(first, Labels, Info);

        OnnxClassifier.Export(second, Labels, Info).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        OnnxClassifier.Export(other, Labels, Info).AsSpan().SequenceEqual(bytes).ShouldBeFalse();
    }

    [Fact]
    public void Labels_must_be_one_for_each_class()
    {
        using var network = new PlainCrnn();

        Should.Throw<ArgumentException>(() => OnnxClassifier.Export(network, Labels[1..], Info)).Message.ShouldContain("9 labels do not fit linear Float32 [batch,10]");
        Should.Throw<ArgumentException>(() => OnnxClassifier.Export(network, [.. Labels[1..], Labels[1]], Info)).Message.ShouldContain("same label");
    }

    private static string Describe(ValueInfoProto value) =>
        $"{value.Name} {value.Type.TensorType.ElemType} [{string.Join(',', value.Type.TensorType.Shape.Dim.Select(dim => dim.HasDimParam ? dim.DimParam : $"{dim.DimValue}"))}]";

    private static TensorShapeProto Shape(params long[] behindTheBatch) => new()
    {
        Dim =
        {
            new TensorShapeProto.Types.Dimension { DimParam = "batch" },
            behindTheBatch.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }),
        },
    };
}
