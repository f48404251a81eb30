using GenreCloud.Onnx;

namespace GenreCloud.Modeling.Tests;

public sealed class CrnnExportTests
{
    private static readonly string[] Labels = ["classical", "jazz", "r&b", "techno"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ONNX_Runtime_answers_as_the_network_does(int batchSize)
    {
        using var network = Networks.Crnn(Labels.Length);
        Networks.Disturb(network);
        var pixels = new byte[3 * SpectrogramShape.Pixels];
        new Random(4).NextBytes(pixels);

        var model = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(Crnn.ArchitectureName, "GenreCloud", "1.0"));
        var parity = OnnxParity.Measure(model, network, pixels, batchSize: batchSize, cancellationToken: TestContext.Current.CancellationToken);

        parity.Samples.ShouldBe(3);
        parity.RequireAgreement(1e-5).ArgmaxAgreements.ShouldBe(3);
    }

    [Fact]
    public void A_network_left_in_bfloat16_does_not_agree_with_its_model()
    {
        using var network = Networks.Crnn(Labels.Length);
        Networks.Disturb(network);
        network.Format = ComputeFormat.ChannelsLastBFloat16;
        var pixels = new byte[SpectrogramShape.Pixels];
        new Random(4).NextBytes(pixels);

        var model = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(Crnn.ArchitectureName, "GenreCloud", "1.0"));
        var parity = OnnxParity.Measure(model, network, pixels, cancellationToken: TestContext.Current.CancellationToken);

        Should.Throw<OnnxParityException>(() => parity.RequireAgreement());
    }
}
