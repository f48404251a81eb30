using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using static TorchSharp.torch;

namespace GenreCloud.Training.Runs;

/// <summary>A spectrogram and what the network itself answers, by which whoever serves the model checks it.</summary>
internal static class GoldenAnswer
{
    /// <inheritdoc cref="Of(SpectrogramNetwork, byte[], float[], double, double)"/>
    public static GoldenExample Of(SpectrogramNetwork network, byte[] png, SampleDescription sample, double temperature, double tolerance)
    {
        var row = new float[network.TabularColumns];
        if (row.Length > 0)
        {
            TabularFeatures.CopyTo(sample, row);
        }

        return Of(network, png, row, temperature, tolerance);
    }

    /// <param name="row">float32 [columns], NaN = missing; empty for a network without columns.</param>
    /// <param name="temperature">What the exported model divides the logits by before the softmax.</param>
    public static GoldenExample Of(SpectrogramNetwork network, byte[] png, float[] row, double temperature, double tolerance)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        var logits = network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]), tensor(row, [1, row.Length]));
        return new GoldenExample
        {
            Png = png,
            Tabular = row.Length > 0 ? [.. row.Select(value => float.IsNaN(value) ? (float?)null : value)] : null,
            Logits = logits.data<float>().ToArray(),
            Probabilities = (logits / (float)temperature).softmax(1).data<float>().ToArray(),
            Tolerance = tolerance,
        };
    }
}
