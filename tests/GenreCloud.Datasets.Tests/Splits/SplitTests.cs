using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Testing;
using Microsoft.VisualBasic.FileIO;

namespace GenreCloud.Datasets.Tests.Splits;

public sealed class SplitTests
{
    private static readonly Gen<SampleDescription[]> AnySamples = Gen
        .Select(Gen.Int[0, 3], Gen.Int[0, 30].Array[0, 3], (label, artists) => (Label: label, Artists: artists))
        .Array[0, 120]
        .Select(rows => rows.Select((row, index) => Make($"s{index}", $"label{row.Label}", [.. row.Artists.Select(artist => $"artist{artist}")])).ToArray());

    [Fact]
    public void No_artist_is_on_both_sides()
        => Gen.Select(AnySamples, Gen.Int, Gen.Double[0.01, 0.99]).ForAll(
            300,
            (samples, seed, fraction) =>
            {
                var split = Split.Compute(samples, new SplitSpec(SplitKind.Artist, seed, fraction));

                return !Artists(samples, split.Training).Intersect(Artists(samples, split.Validation)).Any();
            });

    [Fact]
    public void Every_sample_is_on_exactly_one_side()
        => Gen.Select(AnySamples, Gen.Enum<SplitKind>()).ForAll(
            300,
            (samples, kind) =>
            {
                var split = Split.Compute(samples, new SplitSpec(kind));

                return split.Training.Concat(split.Validation).Order().SequenceEqual(Enumerable.Range(0, samples.Length));
            });

    [Fact]
    public void Folds_hold_back_every_sample_once_and_share_no_artist()
        => Gen.Select(AnySamples, Gen.Int, Gen.Int[2, 6]).ForAll(
            200,
            (samples, seed, folds) =>
            {
                var splits = Enumerable.Range(1, folds).Select(fold => Split.Compute(samples, new SplitSpec(SplitKind.Artist, seed, Folds: folds, Fold: fold))).ToArray();

                return splits.SelectMany(split => split.Validation).Order().SequenceEqual(Enumerable.Range(0, samples.Length))
                    && splits.All(split => !Artists(samples, split.Training).Intersect(Artists(samples, split.Validation)).Any());
            });

    [Fact]
    public void Folds_of_the_real_genres_have_about_a_fifth_of_each_label_and_another_seed_gives_others()
    {
        var samples = Genres();
        var totals = samples.CountBy(sample => sample.Label).ToDictionary();

        foreach (var fold in Enumerable.Range(1, 5))
        {
            var held = Split.Compute(samples, new SplitSpec(SplitKind.Artist, 1, Folds: 5, Fold: fold)).Validation;
            held.Count.ShouldBeInRange(samples.Length / 5 - 15, samples.Length / 5 + 15);
            foreach (var (label, total) in totals)
            {
                held.Count(index => samples[index].Label == label).ShouldBeInRange(1, (total * 2 / 5) + 1, label);
            }
        }

        Hash(samples, new SplitSpec(SplitKind.Artist, 1, Folds: 5)).ShouldNotBe(Hash(samples, new SplitSpec(SplitKind.Artist, 2, Folds: 5)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 6)]
    public void A_fold_that_does_not_exist_is_refused(int folds, int fold)
        => Should.Throw<ArgumentOutOfRangeException>(() => Split.Compute([], new SplitSpec(Folds: folds, Fold: fold)));

    [Fact]
    public void The_order_of_the_samples_does_not_matter()
        => Gen.Select(AnySamples, Gen.Enum<SplitKind>()).ForAll(
            200,
            (samples, kind) =>
            {
                SampleDescription[] reversed = [.. samples.Reverse()];

                return Ids(reversed, Split.Compute(reversed, new SplitSpec(kind)).Validation)
                    .SequenceEqual(Ids(samples, Split.Compute(samples, new SplitSpec(kind)).Validation));
            });

    [Fact]
    public void Each_label_with_two_groups_of_its_own_is_on_both_sides()
        => Gen.Select(Gen.Int[1, 12].Array[2, 8], Gen.Int, Gen.Double[0.01, 0.99]).ForAll(
            300,
            (artistSizes, seed, fraction) =>
            {
                SampleDescription[] samples = [.. artistSizes.SelectMany((size, artist) => Enumerable.Range(0, size).Select(i => Make($"a{artist}-{i}", "jazz", [$"{artist}"])))];

                var split = Split.Compute(samples, new SplitSpec(SplitKind.Artist, seed, fraction));

                return split.Training.Count > 0 && split.Validation.Count > 0;
            });

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void A_track_split_holds_back_the_asked_part_of_each_label(double fraction)
    {
        SampleDescription[] samples = [.. Enumerable.Range(0, 1_000).Select(i => Make($"{i}", i % 10 == 0 ? "rare" : "common", ["one artist"]))];

        var split = Split.Compute(samples, new SplitSpec(SplitKind.Track, 3, fraction));

        split.Validation.Count(index => samples[index].Label == "rare").ShouldBe((int)(100 * fraction));
        split.Validation.Count(index => samples[index].Label == "common").ShouldBe((int)(900 * fraction));
    }

    [Fact]
    public void Artists_of_one_track_stay_together()
    {
        SampleDescription[] samples =
        [
            Make("1", "jazz", ["A"]), Make("2", "jazz", ["A", "B"]), Make("3", "jazz", ["B", "C"]), Make("4", "jazz", ["C"]), Make("5", "jazz", ["D"]),
        ];

        var split = Split.Compute(samples, new SplitSpec(SplitKind.Artist, 1, 0.2));

        Ids(samples, split.Validation).ShouldBe(["5"]);
    }

    [Fact]
    public void Tracks_without_artist_are_groups_of_their_own()
    {
        SampleDescription[] samples = [.. Enumerable.Range(0, 10).Select(i => Make($"{i}", "jazz", []))];

        Split.Compute(samples, new SplitSpec(SplitKind.Artist, 1, 0.3)).Validation.Count.ShouldBe(3);
    }

    [Fact]
    public void Seeds_draw_different_samples()
    {
        var samples = Genres();

        Enumerable.Range(0, 5).Select(seed => Hash(samples, new SplitSpec(SplitKind.Artist, seed, 0.2))).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void Two_samples_of_one_id_are_refused()
        => Should.Throw<ArgumentException>(() => Split.Compute([Make("1", "jazz", []), Make("1", "rock", [])], new SplitSpec()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Fractions_that_leave_a_side_empty_are_refused(double fraction)
        => Should.Throw<ArgumentOutOfRangeException>(() => Split.Compute([], new SplitSpec(ValidationFraction: fraction)));

    [Theory]
    [InlineData(SplitKind.Artist, 1, "9f642f08a7f91d4d31d57611ea7ecd446906cd5a1ff4e6b8c0ad45cc7bb41907")]
    [InlineData(SplitKind.Artist, 2, "6026f20aba597c02f1303faf77c0898f7408e34cc8e57e7f6711515921091e0a")]
    [InlineData(SplitKind.Track, 1, "b252f41c8976439c2c3eea3ce97e076573d2da3b574121d863115ed4728ac5f4")]
    public void The_split_of_the_real_tracks_is_the_same_on_every_run_and_machine(SplitKind kind, int seed, string sha256)
        => Hash(Genres(), new SplitSpec(kind, seed, 0.2)).ShouldBe(sha256);

    [Fact]
    public void The_artist_split_of_the_real_tracks_is_close_to_the_asked_fraction_in_each_genre()
    {
        var samples = Genres();

        var split = Split.Compute(samples, new SplitSpec(SplitKind.Artist, 1, 0.2));

        Artists(samples, split.Training).Intersect(Artists(samples, split.Validation)).ShouldBeEmpty();
        foreach (var genre in samples.GroupBy(sample => sample.Label))
        {
            var heldBack = split.Validation.Count(index => samples[index].Label == genre.Key);
            ((double)heldBack / genre.Count()).ShouldBeInRange(0.1, 0.3, genre.Key);
        }
    }

    private static SampleDescription Make(string id, string label, string[] artists) => new() { Id = id, Label = label, Artists = artists };

    private static IEnumerable<string> Artists(SampleDescription[] samples, IReadOnlyList<int> side) => side.SelectMany(index => samples[index].Artists);

    private static IEnumerable<string> Ids(SampleDescription[] samples, IReadOnlyList<int> side) => side.Select(index => samples[index].Id);

    private static string Hash(SampleDescription[] samples, SplitSpec spec)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Ids(samples, Split.Compute(samples, spec).Validation)))));

    private static SampleDescription[] Genres()
    {
        using var zip = ZipFile.OpenRead(SharedData.Require("genres-train.zip"));
        using var content = zip.GetEntry("spotify_track_preview_data.csv")!.Open();
        using var csv = new TextFieldParser(content) { Delimiters = [","] };
        var columns = csv.ReadFields()!;
        var samples = new List<SampleDescription>();
        while (csv.ReadFields() is { } row)
        {
            samples.Add(Make(Value("track_id"), Value("genre_short"), Value("track_artists").Trim('[', ']').Split("', '", StringSplitOptions.TrimEntries)));

            string Value(string column) => row[Array.IndexOf(columns, column)];
        }

        return [.. samples];
    }
}
