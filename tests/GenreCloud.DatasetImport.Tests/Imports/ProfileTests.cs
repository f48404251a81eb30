using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>What the profile of an import changes.</summary>
public sealed class ProfileTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tracks_with_a_dropped_label_are_left_out_and_listed_once_each()
    {
        var zip = new SourceZip()
            .Entry("aa/aa.png", TestPng.Spectrogram(0))
            .Entry("bb/bb.png", TestPng.Spectrogram(1))
            .Entry("cc/cc.png", TestPng.Spectrogram(2))
            .Entry("metal_track_data.csv", "image_path,label\naa/aa.png,blackgaze\nbb/bb.png,djent\ncc/cc.png,punk\ndd/dd.png,mathcore\n")
            .ToBytesWithoutLabels();

        var manifest = await _host.ImportAsync("dropped", zip, "metal");

        manifest.Labels.ShouldBe(["black metal", "punk"]);
        var quarantine = await _host.GetQuarantineAsync("dropped", manifest.Version);
        quarantine.Select(entry => (entry.Entry, entry.Reason)).ShouldBe([("bb/bb.png", "droppedLabel"), ("dd", "droppedLabel")]);
        quarantine[0].Message.ShouldBe("Profile metal leaves out the label djent.");
    }

    [Fact]
    public async Task Values_that_are_no_numbers_are_counted_for_the_samples_that_came_in()
    {
        var zip = new SourceZip()
            .Entry("aa/aa.png", TestPng.Spectrogram(0))
            .Entry("bb/bb.png", TestPng.Spectrogram(1))
            .Entry("cc/cc.png", "no picture")
            .Entry("labels.csv", "image_path,label,tempo,key\naa/aa.png,punk,fast,3\nbb/bb.png,punk,slow,12\ncc/cc.png,punk,slow,C\ndd/dd.png,punk,slow,D\n")
            .ToBytesWithoutLabels();

        var import = await _host.EndOfAsync(await _host.UploadAsync("unreadable", zip, "metal"));

        var counts = new Dictionary<string, int> { ["key"] = 1, ["tempo"] = 2 };
        import.UnreadableValues.ShouldBe(counts);
        var manifest = await _host.GetManifestAsync("unreadable", import.Version.ShouldNotBeNull());
        manifest.UnreadableValues.ShouldBe(counts);
        var key = manifest.Tabular.ShouldHaveSingleItem();
        (key.Name, key.Count, key.Missing, key.Mean).ShouldBe(("key", 1, 1, 3));
    }

    [Fact]
    public async Task Labels_may_come_beside_the_zip()
    {
        using var folder = new TemporaryFolder();
        var zip = folder.Write("pictures.zip", new SourceZip().Entry("aa/aa.png", TestPng.Spectrogram(0)).ToBytesWithoutLabels());
        var labels = folder.Write("labels.csv", "uri,label,explicit\nspotify:track:aa,punk,True\n"u8.ToArray());

        var import = await _host.EndOfAsync(
            await _host.StartImportAsync("beside", new ImportSource { Path = zip }, new ImportSource { Path = labels }, profile: "metal"));

        import.Error.ShouldBeNull();
        (await _host.GetSamplesAsync("beside", 1)).ShouldHaveSingleItem().Tabular["explicit"].ShouldBe(1);
    }

    [Fact]
    public async Task An_archive_of_another_profile_is_refused_with_what_this_one_needs()
    {
        var error = await _host.FailToImportAsync("genres-as-metal", SourceZip.WithTracks(1, "rock").ToBytes(), "metal");

        error.Title.ShouldBe("The labels have no column image_path or uri");
        error.Detail.ShouldContain("track_id");
        error.Detail.ShouldEndWith("It needs the columns image_path or uri and label.");
    }

    [Fact]
    public async Task A_zip_without_pictures_is_refused_with_the_layout_of_its_profile()
    {
        var zip = new SourceZip().Entry("metal_track_data.csv", "image_path,label\naa/aa.png,punk\n").ToBytesWithoutLabels();

        (await _host.FailToImportAsync("no-pictures", zip, "metal")).Detail.ShouldContain("Profile metal wants {first two characters}/{track id}.png.");
    }

    [Fact]
    public async Task One_zip_by_two_profiles_is_two_versions()
    {
        var zip = new SourceZip()
            .Entry("aa/aa.png", TestPng.Spectrogram(0))
            .Entry("labels.csv", "track_id,genre_short,uri,label\naa,rock,spotify:track:aa,punk\n")
            .ToBytesWithoutLabels();

        var genres = await _host.ImportAsync("both", zip);
        var metal = await _host.ImportAsync("both", zip, "metal");

        (genres.Version, genres.Labels.Single()).ShouldBe((1, "rock"));
        (metal.Version, metal.Labels.Single()).ShouldBe((2, "punk"));
    }

    [Fact]
    public async Task Folders_are_labels()
    {
        var zip = new SourceZip()
            .Entry("songs/rock/1.png", TestPng.Spectrogram(0))
            .Entry("songs/jazz/1.png", TestPng.Spectrogram(1))
            .Entry("songs/jazz/Blue Train.png", TestPng.Spectrogram(2))
            .Entry("songs/nowhere.png", TestPng.Spectrogram(3))
            .Entry("songs/ignored.csv", "a,b\n1,2\n")
            .ToBytesWithoutLabels();

        var manifest = await _host.ImportAsync("folders", zip, "folders");

        (manifest.Profile, manifest.LabelRules, manifest.LabelSource).ShouldBe(("folders", null, null));
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["jazz"] = 2, ["rock"] = 1 });
        var samples = await _host.GetSamplesAsync("folders", 1);
        samples.Select(sample => (sample.Label, sample.Title)).ShouldBe([("rock", "1"), ("jazz", "1"), ("jazz", "Blue Train")]);
        samples[2].Id.ShouldBe("Blue_Train");
        samples[0].Id.ShouldStartWith("1-");
        var quarantined = (await _host.GetQuarantineAsync("folders", 1)).ShouldHaveSingleItem();
        (quarantined.Entry, quarantined.Reason).ShouldBe(("songs/nowhere.png", "noLabel"));
        quarantined.Message.ShouldContain("folder");
    }

    [Fact]
    public async Task Rules_of_a_request_make_the_labels_and_are_told_by_the_import_and_the_manifest()
    {
        using var folder = new TemporaryFolder();
        var zip = folder.Write("songs.zip", RuledZip());
        var rules = new LabelRulesRequest { Ids = ["file"], Label = "style", Merges = new Dictionary<string, string> { ["bebop"] = "jazz" }, Drops = ["polka"] };

        var import = await _host.EndOfAsync(await _host.StartImportAsync("ruled", new ImportSource { Path = zip }, labelRules: rules));

        import.Error.ShouldBeNull();
        var applied = import.LabelRules.ShouldNotBeNull();
        (applied.Ids.Single(), applied.Label, applied.Title).ShouldBe(("file", "style", "track_name"));
        var manifest = await _host.GetManifestAsync("ruled", 1);
        manifest.LabelRules.ShouldBe(applied);
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["jazz"] = 2 });
        manifest.Quarantined.ShouldBe(new Dictionary<string, int> { ["droppedLabel"] = 1 });
    }

    [Fact]
    public async Task The_same_zip_by_other_rules_is_another_version_and_by_the_same_rules_is_not()
    {
        var zip = RuledZip();
        var rules = Uri.EscapeDataString("{\"ids\":[\"file\"],\"label\":\"style\"}");
        var dropping = Uri.EscapeDataString("{\"ids\":[\"file\"],\"label\":\"style\",\"drops\":[\"polka\"]}");

        var imports = new List<Import>();
        foreach (var labelRules in new[] { rules, dropping, rules })
        {
            var import = await _host.EndOfAsync(await _host.UploadAsync("reruled", zip, $"genres&labelRules={labelRules}"));
            import.Error.ShouldBeNull();
            imports.Add(import);
        }

        imports.Select(import => (import.Version, import.Reused)).ShouldBe([(1, false), (2, false), (1, true)]);
        (await _host.GetManifestAsync("reruled", 1)).Labels.ShouldBe(["bebop", "jazz", "polka"]);
        (await _host.GetManifestAsync("reruled", 2)).Labels.ShouldBe(["bebop", "jazz"]);
    }

    [Fact]
    public async Task The_api_reference_describes_the_label_rules()
    {
        var schemas = (await _host.GetJsonAsync("/openapi/v1.json", CancellationToken)).GetProperty("components").GetProperty("schemas");

        var rules = schemas.GetProperty("LabelRulesRequest").GetProperty("properties").EnumerateObject().ToArray();
        rules.Select(rule => rule.Name).ShouldBe(
            ["ids", "label", "artists", "artistIds", "collection", "title", "tabular", "merges", "drops"], ignoreOrder: true);
        rules.ShouldAllBe(rule => rule.Value.GetProperty("description").GetString()!.Length > 0);
    }

    [Fact]
    public async Task The_api_reference_names_every_profile_wherever_one_is_asked_for()
    {
        var api = await _host.GetJsonAsync("/openapi/v1.json", CancellationToken);

        var ofBody = api.GetProperty("components").GetProperty("schemas").GetProperty("ImportRequest").GetProperty("properties").GetProperty("profile");
        var ofUpload = api.GetProperty("paths").GetProperty("/api/imports/upload").GetProperty("put").GetProperty("parameters").EnumerateArray()
            .Single(parameter => parameter.GetProperty("name").GetString() == "profile");
        foreach (var description in new[] { ofBody, ofUpload }.Select(element => element.GetProperty("description").GetString()!))
        {
            ImportProfile.All.ShouldAllBe(profile => description.Contains(profile.Name, StringComparison.Ordinal));
        }
    }

    private static byte[] RuledZip() => new SourceZip()
        .Entry("x/a.png", TestPng.Spectrogram(0))
        .Entry("x/b.png", TestPng.Spectrogram(1))
        .Entry("x/c.png", TestPng.Spectrogram(2))
        .Entry("labels.csv", "file;style\nx/a.png;bebop\nx/b.png;jazz\nx/c.png;polka\n")
        .ToBytesWithoutLabels();
}
