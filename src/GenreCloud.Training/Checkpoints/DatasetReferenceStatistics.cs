using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;
using static TorchSharp.torch;

namespace GenreCloud.Training.Checkpoints;

/// <summary>What a network is later compared with, where nobody knows what it learnt from: how it answers a dataset that somebody names.</summary>
internal static class DatasetReferenceStatistics
{
    /// <summary>Twenty-five a bin; crnn answers them in ten seconds on a core.</summary>
    private const int MostSamples = 250;

    /// <param name="network">Answers one spectrogram at a time.</param>
    /// <param name="samples">All of the dataset version; those that are asked lie all over it.</param>
    /// <returns>Null for a dataset without samples.</returns>
    public static async Task<ReferenceStatistics?> MeasureAsync(
        SpectrogramNetwork network, DatasetReader dataset, IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        network.eval();
        var count = Math.Min(MostSamples, samples.Count);
        var figures = new List<double[]>(count);
        var pixels = new byte[SpectrogramFormat.Pixels];
        var row = new float[network.TabularColumns];
        for (var i = 0; i < count; i++)
        {
            var sample = samples[(int)((long)i * samples.Count / count)];
            SpectrogramPng.Read(await dataset.ReadPngAsync(sample, cancellationToken), pixels);
            if (row.Length > 0)
            {
                TabularFeatures.CopyTo(sample, row);
            }

            figures.Add(SampleFigures.Of(SpectrogramFigures.Of(pixels), row, Answer(network, pixels, row)));
        }

        return count == 0 ? null : SampleFigures.Count(figures, network.Classes);
    }

    private static float[] Answer(SpectrogramNetwork network, byte[] pixels, float[] row)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]), tensor(row, [1, row.Length]))
            .softmax(1).data<float>().ToArray();
    }
}
