using GenreCloud.Onnx;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class CrnnTabularTests
{
    private static readonly string[] Labels = ["black metal", "doom metal", "punk"];

    private static readonly TabularNormalization Normalization = new(
        [.. Enumerable.Range(0, CrnnTabular.Columns).Select(column => column + 0.5f)],
        [.. Enumerable.Range(0, CrnnTabular.Columns).Select(column => (float)column)],
        [.. Enumerable.Range(0, CrnnTabular.Columns).Select(column => 1 + (column / 4f))]);

    [Fact]
    public void Its_parameters_are_named_as_in_the_published_checkpoint()
    {
        using var network = Create();

        network.named_parameters().Select(parameter => parameter.name).Where(name => !name.StartsWith("cnn.", StringComparison.Ordinal)).ShouldBe(
            [
                "rnn.gru.weight_ih_l0", "rnn.gru.weight_hh_l0", "rnn.gru.bias_ih_l0", "rnn.gru.bias_hh_l0",
                "rnn.gru.weight_ih_l1", "rnn.gru.weight_hh_l1", "rnn.gru.bias_ih_l1", "rnn.gru.bias_hh_l1",
                "rnn.fc.weight", "rnn.fc.bias", "fcn.fc1.weight", "fcn.fc1.bias", "fcn.fc2.weight", "fcn.fc2.bias",
                "final_layer.weight", "final_layer.bias",
            ],
            ignoreOrder: true);
        network.named_buffers().Select(buffer => buffer.name).Where(name => name.StartsWith("tabular", StringComparison.Ordinal))
            .ShouldBe(["tabular.missing", "tabular.mean", "tabular.std"], ignoreOrder: true);
    }

    [Fact]
    public void A_missing_value_counts_as_what_stands_for_it()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = Create();
        network.eval();
        var pixels = Networks.Pixels(2, seed: 3);
        var standIns = tensor([.. Normalization.Missing]).unsqueeze(0).expand(2, -1).clone();
        var gaps = standIns.clone();
        gaps[0, 5] = float.NaN;
        gaps[1, 0] = float.NaN;
        var other = standIns.clone();
        other[0, 5] = 40f;

        var whole = network.call(pixels, standIns);

        Networks.LargestDifference(whole, network.call(pixels, gaps)).ShouldBe(0);
        Networks.LargestDifference(whole, network.call(pixels, null)).ShouldBe(0);
        Networks.LargestDifference(whole, network.call(pixels, other)).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void ONNX_Runtime_answers_as_the_network_does_with_values_missing()
    {
        using var network = Create();
        var pixels = new byte[3 * SpectrogramShape.Pixels];
        var random = new Random(5);
        random.NextBytes(pixels);
        float[] tabular = [.. Enumerable.Range(0, 3 * CrnnTabular.Columns).Select(i => i % 7 == 3 ? float.NaN : (float)(random.NextDouble() * 100))];

        var model = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(CrnnTabular.ArchitectureName, "GenreCloud", "1.0"));
        var parity = OnnxParity.Measure(model, network, pixels, tabular, batchSize: 2, cancellationToken: TestContext.Current.CancellationToken);

        parity.Samples.ShouldBe(3);
        parity.RequireAgreement(1e-5).ArgmaxAgreements.ShouldBe(3);
    }

    [Fact]
    public void Tabular_data_of_another_shape_are_refused()
    {
        using var scope = NewDisposeScope();
        using var network = Create();

        Should.Throw<ArgumentException>(() => network.call(Networks.Pixels(2, seed: 3), zeros([2, 15])))
            .Message.ShouldContain("[2,16], not [2,15]");
    }

    [Fact]
    public void Statistics_that_cannot_be_used_are_refused()
    {
        var architecture = Architecture.Named(CrnnTabular.ArchitectureName);
        var zero = Normalization with { StandardDeviation = new float[CrnnTabular.Columns] };

        Should.Throw<ArgumentException>(() => architecture.Create(new NetworkInputs(3), seed: 1)).Message.ShouldContain("needs the statistics");
        Should.Throw<ArgumentException>(() => architecture.Create(new NetworkInputs(3, zero), seed: 1)).Message.ShouldContain("positive");
        Should.Throw<ArgumentException>(() => architecture.Create(new NetworkInputs(3, TabularNormalization.None(15)), seed: 1))
            .Message.ShouldContain("takes 16 tabular columns");
    }

    private static CrnnTabular Create() =>
        (CrnnTabular)Architecture.Named(CrnnTabular.ArchitectureName).Create(new NetworkInputs(Labels.Length, Normalization), seed: 1);
}
