using System.Text.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>The real zip of profile metal: 207 pictures and 207 rows, some of which are broken in ways that are written down beside it.</summary>
public sealed class MetalDatasetTests : IClassFixture<MetalDatasetTests.ImportedDataset>
{
    private const string Zip = "metal-train.zip";

    private static readonly string[] AudioFeatures =
    [
        "key", "mode", "acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo", "time_signature", "valence",
    ];

    private readonly ImportedDataset _dataset;

    public MetalDatasetTests(ImportedDataset dataset)
    {
        // Here and not in the fixture, where a skip would be a failure.
        SharedData.Require(Zip);
        _dataset = dataset;
    }

    [Fact]
    public void Every_picture_with_a_row_is_there_and_what_lacks_the_other_is_listed()
    {
        var quirks = _dataset.Quirks;

        _dataset.Manifest.Profile.ShouldBe("metal");
        _dataset.Manifest.Samples.ShouldBe(202);
        (_dataset.Import.Progress.TotalEntries, _dataset.Import.Progress.Imported, _dataset.Import.Progress.Quarantined).ShouldBe((207, 202, 10));
        _dataset.Manifest.Quarantined.ShouldBe(new Dictionary<string, int> { ["noImage"] = 5, ["noLabel"] = 5 });
        _dataset.Quarantined("noImage").ShouldBe(quirks["rows_without_png"], ignoreOrder: true);
        _dataset.Quarantined("noLabel").ShouldBe(quirks["pngs_without_row"].Select(id => $"{id[..2]}/{id}.png"), ignoreOrder: true);
        _dataset.Manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int>
        {
            ["black metal"] = 20,
            ["death metal"] = 24,
            ["doom metal"] = 19,
            ["folk metal"] = 18,
            ["grindcore"] = 18,
            ["hard rock"] = 19,
            ["power metal"] = 20,
            ["punk"] = 17,
            ["symphonic metal"] = 28,
            ["thrash metal"] = 19,
        });
    }

    [Fact]
    public void The_missing_values_are_those_of_the_source_and_no_others()
    {
        var quirks = _dataset.Quirks;
        var expected = new Dictionary<string, string[]>();
        foreach (var id in quirks["rows_without_audio_features"])
        {
            expected.Add(id, AudioFeatures);
        }

        foreach (var id in quirks["rows_without_num_sections"])
        {
            expected.Add(id, ["num_sections"]);
        }

        foreach (var (id, column) in quirks["rows_with_one_empty_value"].Concat(quirks["rows_with_text_in_a_numeric_column"]).Select(IdAndColumn))
        {
            expected.Add(id, [column]);
        }

        expected.Count.ShouldBe(14);
        var missing = _dataset.Samples
            .Select(sample => (sample.Id, Columns: TabularFeatures.Columns.Except(sample.Tabular.Keys).ToArray()))
            .Where(sample => sample.Columns.Length > 0)
            .ToDictionary();
        missing.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach (var (id, columns) in missing)
        {
            columns.ShouldBe(expected[id], ignoreOrder: true);
        }
    }

    [Fact]
    public void Text_in_numeric_columns_is_counted_by_column_in_the_import_and_in_the_manifest()
    {
        _dataset.Quirks["rows_with_text_in_a_numeric_column"].Select(entry => IdAndColumn(entry).Column).ShouldBe(["key", "valence"]);

        var counts = new Dictionary<string, int> { ["key"] = 1, ["valence"] = 1 };
        _dataset.Manifest.UnreadableValues.ShouldBe(counts);
        _dataset.Import.UnreadableValues.ShouldBe(counts);
    }

    [Fact]
    public void The_manifest_describes_the_sixteen_columns()
    {
        var columns = _dataset.Manifest.Tabular.ToDictionary(column => column.Name);

        columns.Keys.ShouldBe(TabularFeatures.Columns, ignoreOrder: true);
        columns.Values.ShouldAllBe(column => column.Count + column.Missing == 202);
        columns.ToDictionary(column => column.Key, column => column.Value.Missing).ShouldBe(
            new Dictionary<string, int>
            {
                ["acousticness"] = 4,
                ["danceability"] = 4,
                ["duration_ms"] = 0,
                ["energy"] = 4,
                ["explicit"] = 0,
                ["instrumentalness"] = 4,
                ["key"] = 5,
                ["liveness"] = 4,
                ["loudness"] = 4,
                ["mode"] = 4,
                ["num_sections"] = 4,
                ["popularity"] = 1,
                ["speechiness"] = 4,
                ["tempo"] = 6,
                ["time_signature"] = 4,
                ["valence"] = 6,
            });
        (columns["key"].Minimum, columns["key"].Maximum).ShouldBe((0, 11));
        (columns["mode"].Minimum, columns["mode"].Maximum).ShouldBe((0, 1));
        columns["loudness"].Maximum.ShouldBeLessThan(0);
    }

    [Fact]
    public void A_row_comes_in_as_it_stands_in_the_csv()
    {
        var sample = _dataset.Samples.Single(sample => sample.Id == "E0eVAh0kDHvF9AbULOTrk9");

        sample.Label.ShouldBe("punk");
        sample.Title.ShouldBe("Velvet Station");
        sample.Artists.ShouldBe(["Burning Cathedral (jcZuYT3V9HXrS1wqE7IIVB)"]);
        TabularFeatures.Columns.Select(column => sample.Tabular[column]).ShouldBe(
            [0, 9, 1, 0.000266f, 0.455f, 50498, 0.785f, 0.00433f, 0.169f, -13.642f, 3, 48, 0.1351f, 182.156f, 4, 0.685f]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_artist_split_keeps_artists_apart_and_has_every_class_on_both_sides(int seed)
    {
        var samples = _dataset.Samples;
        samples.SelectMany(sample => sample.Artists).Distinct().Count().ShouldBe(50);

        var split = Split.Compute(samples, new SplitSpec(SplitKind.Artist, seed));

        (split.Training.Count + split.Validation.Count).ShouldBe(202);
        ArtistsOf(split.Training).Intersect(ArtistsOf(split.Validation)).ShouldBeEmpty();
        LabelsOf(split.Training).ShouldBe(_dataset.Manifest.Labels);
        LabelsOf(split.Validation).ShouldBe(_dataset.Manifest.Labels);
        ((double)split.Validation.Count / 202).ShouldBe(0.2, tolerance: 0.05);

        IEnumerable<string> ArtistsOf(IReadOnlyList<int> side) => side.SelectMany(index => samples[index].Artists);
        IEnumerable<string> LabelsOf(IReadOnlyList<int> side) => side.Select(index => samples[index].Label).Distinct().Order(StringComparer.Ordinal);
    }

    private static (string Id, string Column) IdAndColumn(string entry) => entry.Split(' ') is [var id, var column] ? (id, column) : throw new FormatException(entry);

    /// <summary>The zip, imported once for all tests of the class; nothing where the zip is absent.</summary>
    public sealed class ImportedDataset(AzuriteFixture azurite) : IAsyncLifetime
    {
        private IReadOnlyList<QuarantineEntry> _quarantine = [];

        public Dictionary<string, string[]> Quirks { get; private set; } = [];

        public Import Import { get; private set; } = null!;

        public DatasetManifest Manifest { get; private set; } = null!;

        public IReadOnlyList<Sample> Samples { get; private set; } = [];

        public IEnumerable<string> Quarantined(string reason) => _quarantine.Where(entry => entry.Reason == reason).Select(entry => entry.Entry);

        public async ValueTask InitializeAsync()
        {
            var zip = Path.Combine(SharedData.Directory, Zip);
            if (!File.Exists(zip))
            {
                return;
            }

            await using var quirks = File.OpenRead(SharedData.Require("metal-train.quirks.json"));
            Quirks = (await JsonSerializer.DeserializeAsync<Dictionary<string, string[]>>(quirks, cancellationToken: TestContext.Current.CancellationToken))!;
            await using var host = await ImportService.StartAsync(azurite.NewAccount());
            Import = await host.EndOfAsync(await host.StartImportAsync("metal", new ImportSource { Path = zip }, profile: "metal"));
            Import.Error.ShouldBeNull();
            Manifest = await host.GetManifestAsync("metal", Import.Version.ShouldNotBeNull());
            Samples = await host.GetSamplesAsync("metal", Manifest.Version);
            _quarantine = await host.GetQuarantineAsync("metal", Manifest.Version);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
