using GenreCloud.Datasets;
using GenreCloud.Datasets.Tabular;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Tests.Monitoring;

public sealed class SampleFiguresTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_figures_of_a_spectrogram_are_those_of_its_pixels_one_by_one(int picture)
    {
        var pixels = Spectrograms.PixelsOf(Spectrograms.Pngs[picture]);
        var loudness = pixels.Select(pixel => (255.0 - pixel) / 255).ToArray();
        var mean = loudness.Average();

        var figures = SpectrogramFigures.Of(pixels);

        figures.Level.ShouldBe(mean, 1e-9);
        figures.Spread.ShouldBe(Math.Sqrt(loudness.Average(value => (value - mean) * (value - mean))), 1e-9);
        figures.Silence.ShouldBe(pixels.Count(pixel => pixel >= 230) / (double)pixels.Length, 1e-12);
        figures.Centroid.ShouldBe(loudness.Index().Sum(cell => cell.Item * (127 - (cell.Index / SpectrogramFormat.Frames))) / loudness.Sum(), 1e-9);
    }

    [Theory]
    [InlineData(255, 0, 1, 0)]
    [InlineData(0, 1, 0, 63.5)]
    [InlineData(229, 26 / 255.0, 0, 63.5)]
    [InlineData(230, 25 / 255.0, 1, 63.5)]
    public void A_picture_of_one_grey_has_no_spread(byte grey, double level, double silence, double centroid)
    {
        var figures = SpectrogramFigures.Of(Enumerable.Repeat(grey, SpectrogramFormat.Pixels).ToArray());

        figures.Level.ShouldBe(level, 1e-12);
        figures.Spread.ShouldBe(0, 1e-6);
        figures.Silence.ShouldBe(silence);
        figures.Centroid.ShouldBe(centroid, 1e-9);
    }

    [Fact]
    public void The_figures_of_an_answer_are_its_label_its_probability_and_its_entropy()
    {
        float[] row = [1, float.NaN];

        var figures = SampleFigures.Of(new SpectrogramFigures(0.5, 0.25, 0.125, 64), row, [0.25f, 0.5f, 0, 0.25f]);

        figures[..^1].ShouldBe([1, 0.5, 1.5 * Math.Log(2), 0.5, 0.25, 0.125, 64, 1], 1e-6);
        figures[^1].ShouldBe(double.NaN);
    }

    [Fact]
    public void Bins_have_a_tenth_of_the_samples_each_and_what_is_missing_has_its_own()
    {
        var random = new Random(4);
        var samples = Enumerable.Range(0, 200).Select(sample =>
        {
            var row = new float[TabularFeatures.Columns.Count];
            row[1] = sample % 12;
            row[13] = sample % 4 == 0 ? float.NaN : random.NextSingle();
            return SampleFigures.Of(new SpectrogramFigures(random.NextDouble(), 1, 0, sample), row, [0.3f, 0.7f, 0]);
        }).ToArray();

        var reference = SampleFigures.Count(samples, classes: 3);

        reference.Samples.ShouldBe(200);
        reference.Statistics.Select(statistic => statistic.Name).ShouldBe(
            ["label", "confidence", "entropy", "level", "spread", "silence", "centroid", .. TabularFeatures.Columns]);
        reference.Statistics.ShouldAllBe(statistic => statistic.Counts.Sum() + (statistic.Missing ?? 0) == 200);
        Named("label").ShouldSatisfyAllConditions(label => label.Edges.ShouldBeNull(), label => label.Counts.ShouldBe([0, 200, 0]), label => label.Missing.ShouldBeNull());
        Named("level").Counts.ShouldBe(Enumerable.Repeat(20L, 10));
        Named("centroid").Edges.ShouldBe([19.5, 39.5, 59.5, 79.5, 99.5, 119.5, 139.5, 159.5, 179.5]);
        Named("spread").ShouldSatisfyAllConditions(spread => spread.Edges.ShouldBe([]), spread => spread.Counts.ShouldBe([200]));
        Named("key").ShouldSatisfyAllConditions(key => key.Counts.Count.ShouldBe(12), key => key.Edges![0].ShouldBe(0.5), key => key.Missing.ShouldBe(0));
        Named("tempo").ShouldSatisfyAllConditions(tempo => tempo.Counts.ShouldBe(Enumerable.Repeat(15L, 10)), tempo => tempo.Missing.ShouldBe(50));

        ReferenceStatistic Named(string name) => reference.Statistics.Single(statistic => statistic.Name == name);
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(1.0, 1)]
    [InlineData(1.5, 1)]
    [InlineData(2.0, 2)]
    [InlineData(1e9, 2)]
    [InlineData(double.NaN, null)]
    public void A_value_belongs_above_every_edge_that_it_is_not_below(double value, int? bin) => StatisticBins.IndexOf([1, 2], value).ShouldBe(bin);
}
