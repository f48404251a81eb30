using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using static TorchSharp.torch;

namespace GenreCloud.Training.Runs;

/// <summary>A real spectrogram and what the trained network itself answers, by which whoever serves the model checks it.</summary>
internal static class GoldenAnswer
{
    public static GoldenExample Of(SpectrogramNetwork network, byte[] png, double tolerance)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        var logits = network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]));
        return new GoldenExample
        {
            Png = png,
            Logits = logits.data<float>().ToArray(),
            Probabilities = logits.softmax(1).data<float>().ToArray(),
            Tolerance = tolerance,
        };
    }
}
