using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using static TorchSharp.torch;

namespace GenreCloud.Training.Runs;

/// <summary>A real spectrogram and what the trained network itself answers, by which whoever serves the model checks it.</summary>
internal static class GoldenAnswer
{
    public static GoldenExample Of(SpectrogramNetwork network, byte[] png, SampleDescription sample, double tolerance)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        var row = new float[network.TabularColumns];
        if (row.Length > 0)
        {
            TabularFeatures.CopyTo(sample, row);
        }

        var logits = network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]), tensor(row, [1, row.Length]));
        return new GoldenExample
        {
            Png = png,
            Tabular = row.Length > 0 ? [.. row.Select(value => float.IsNaN(value) ? (float?)null : value)] : null,
            Logits = logits.data<float>().ToArray(),
            Probabilities = logits.softmax(1).data<float>().ToArray(),
            Tolerance = tolerance,
        };
    }
}
