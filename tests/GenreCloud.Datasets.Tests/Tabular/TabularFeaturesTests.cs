using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;

namespace GenreCloud.Datasets.Tests.Tabular;

public sealed class TabularFeaturesTests
{
    [Fact]
    public void A_row_has_the_columns_in_their_order_and_NaN_where_a_value_is_missing()
    {
        var row = new float[TabularFeatures.Columns.Count];

        TabularFeatures.CopyTo(Sample(("valence", 0.25f), ("explicit", 1), ("mode", 0), ("unknown", 9)), row);

        row[0].ShouldBe(1);
        row[1].ShouldBe(float.NaN);
        row[2].ShouldBe(0);
        row[15].ShouldBe(0.25f);
        row.Count(float.IsNaN).ShouldBe(13);
    }

    [Fact]
    public void Numbers_are_described_by_mean_and_deviation_and_codes_by_the_most_frequent()
    {
        var statistics = TabularFeatures.Measure(
            [Sample(("tempo", 100), ("key", 9)), Sample(("tempo", 120), ("key", 2)), Sample(("key", 9)), Sample(("valence", 0.5f))]);

        At("tempo").ShouldBe((110, 110, 10));
        At("key").ShouldBe((9, 0, 1));
        At("valence").ShouldBe((0.5f, 0.5f, 1));
        At("loudness").ShouldBe((0, 0, 1));

        (float Missing, float Mean, float Deviation) At(string column)
        {
            var index = TabularFeatures.Columns.ToList().IndexOf(column);
            return (statistics.Missing[index], statistics.Mean[index], statistics.StandardDeviation[index]);
        }
    }

    [Fact]
    public void A_sample_is_complete_with_a_value_in_every_column()
    {
        var values = TabularFeatures.Columns.Select(column => (column, 1f)).ToArray();

        TabularFeatures.AreComplete(Sample(values)).ShouldBeTrue();
        TabularFeatures.AreComplete(Sample(values[1..])).ShouldBeFalse();
    }

    private static SampleDescription Sample(params (string Column, float Value)[] tabular) =>
        new() { Id = "id", Label = "label", Tabular = tabular.ToDictionary(value => value.Column, value => value.Value) };
}
