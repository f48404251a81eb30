using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

public sealed class ImportTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zip_on_this_machine_becomes_a_dataset_version()
    {
        using var folder = new TemporaryFolder();
        var zip = SourceZip.WithTracks(6, "rock", "r&b").ToBytes();
        var path = folder.Write("six.zip", zip);

        var import = await _host.EndOfAsync(await _host.StartImportAsync("by-path", new ImportSource { Path = path }));

        import.Error.ShouldBeNull();
        import.Status.ShouldBe(ImportStatus.Completed);
        import.Version.ShouldBe(1);
        import.Reused.ShouldBeFalse();
        import.StagedArchives.ShouldHaveSingleItem().Bytes.ShouldBe(zip.Length);
        import.Progress.ShouldBe(import.Progress with
        {
            StagedBytes = zip.Length, SourceBytes = zip.Length, Entries = 6, TotalEntries = 6, Imported = 6, Quarantined = 0,
        });
        import.StartedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(import.CreatedAt);
        import.EndedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(import.StartedAt.Value);

        var manifest = await _host.GetManifestAsync("by-path", 1);
        manifest.Samples.ShouldBe(6);
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["r&b"] = 3, ["rock"] = 3 }, ignoreOrder: true);
        manifest.Source.FileName.ShouldBe("six.zip");
        manifest.Source.Url.ShouldBeNull();
        manifest.Source.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(zip)));
        manifest.LabelSource.ShouldBeNull();
    }

    [Fact]
    public async Task A_zip_behind_a_url_becomes_a_dataset_version()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        await using var server = await SourceServer.StartAsync(zip);
        var url = server.Url("genres.zip?id=7");

        var import = await _host.EndOfAsync(await _host.StartImportAsync("by-url", new ImportSource { Url = url }));

        import.Error.ShouldBeNull();
        var manifest = await _host.GetManifestAsync("by-url", import.Version.ShouldNotBeNull());
        manifest.Source.FileName.ShouldBe("genres.zip");
        manifest.Source.Url.ShouldBe(url);
        manifest.Samples.ShouldBe(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_uploaded_zip_becomes_a_dataset_version_with_and_without_a_known_length(bool chunked)
    {
        var dataset = $"by-upload-{(chunked ? "chunked" : "length")}";
        using var stream = new MemoryStream(SourceZip.WithTracks(2, "rock").ToBytes());
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/imports/upload?dataset={dataset}&profile=genres");
        request.Content = new StreamContent(stream);
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Client.SendAsync(request, CancellationToken);
        var accepted = (await response.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
        var import = await _host.EndOfAsync(accepted);

        import.Error.ShouldBeNull();
        (await _host.GetManifestAsync(dataset, import.Version.ShouldNotBeNull())).Samples.ShouldBe(2);
    }

    [Fact]
    public async Task Labels_come_from_a_separate_file()
    {
        using var folder = new TemporaryFolder();
        var source = SourceZip.WithTracks(3, "rock", "folk", "jazz");
        var labels = folder.Write("labels.csv", Encoding.UTF8.GetBytes(source.Csv));
        var zip = folder.Write("pictures.zip", source.ToBytesWithoutLabels());

        var import = await _host.EndOfAsync(
            await _host.StartImportAsync("separate-labels", new ImportSource { Path = zip }, new ImportSource { Path = labels }));

        import.Error.ShouldBeNull();
        var manifest = await _host.GetManifestAsync("separate-labels", import.Version.ShouldNotBeNull());
        manifest.Labels.ShouldBe(["folk", "jazz", "rock"]);
        manifest.LabelSource.ShouldNotBeNull().FileName.ShouldBe("labels.csv");
        manifest.LabelSource.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Csv))));
    }

    [Fact]
    public async Task Separate_labels_behind_a_url_win_over_those_in_the_zip()
    {
        using var folder = new TemporaryFolder();
        var zip = folder.Write("rock.zip", SourceZip.WithTracks(2, "rock").ToBytes());
        await using var server = await SourceServer.StartAsync(Encoding.UTF8.GetBytes(SourceZip.WithTracks(2, "folk", "jazz").Csv));

        var import = await _host.EndOfAsync(
            await _host.StartImportAsync("labels-by-url", new ImportSource { Path = zip }, new ImportSource { Url = server.Url("labels.csv") }));

        (await _host.GetManifestAsync("labels-by-url", import.Version.ShouldNotBeNull())).Labels.ShouldBe(["folk", "jazz"]);
    }

    [Fact]
    public async Task The_samples_say_what_the_labels_say()
    {
        await _host.ImportAsync("samples", SourceZip.WithTracks(2, "r&b").ToBytes());

        var samples = (await _host.Client.GetFromJsonAsync<Sample[]>("/api/datasets/samples/1/samples", GenreCloudJson.Options, CancellationToken))!;

        samples.Select(sample => sample.Id).ShouldBe(["track0", "track1"]);
        var sample = samples[1];
        sample.Label.ShouldBe("r&b");
        sample.Artists.ShouldBe(["artist of track1"]);
        sample.Collection.ShouldBe("a playlist");
        sample.Title.ShouldBe("title of track1");
        sample.PixelsSha256.ShouldBe(Sample.HashPixels(TestPng.Pixels(1)));
    }

    [Fact]
    public async Task The_right_sha256_is_accepted_in_capitals_too()
    {
        using var folder = new TemporaryFolder();
        var zip = SourceZip.WithTracks(1, "rock").ToBytes();
        var source = new ImportSource { Path = folder.Write("one.zip", zip) };

        var import = await _host.EndOfAsync(await _host.StartImportAsync("sha-right", source, sha256: Convert.ToHexString(SHA256.HashData(zip))));

        import.Status.ShouldBe(ImportStatus.Completed);
    }

    [Fact]
    public async Task Another_zip_than_the_expected_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Write("one.zip", SourceZip.WithTracks(1, "rock").ToBytes()) };
        var expected = new string('a', 64);

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("sha-wrong", source, sha256: expected));

        error.Title.ShouldBe("The source is not the one that was expected");
        error.Detail.ShouldContain(expected);
        error.Detail.ShouldContain("one.zip");
    }

    [Fact]
    public async Task The_same_zip_and_labels_again_give_the_same_version_and_other_labels_a_new_one()
    {
        using var folder = new TemporaryFolder();
        var zip = new ImportSource { Path = folder.Write("again.zip", SourceZip.WithTracks(2, "rock").ToBytes()) };
        var otherLabels = new ImportSource { Path = folder.Write("other.csv", Encoding.UTF8.GetBytes(SourceZip.WithTracks(2, "folk").Csv)) };

        var first = await _host.EndOfAsync(await _host.StartImportAsync("again", zip));
        var second = await _host.EndOfAsync(await _host.StartImportAsync("again", zip));
        var third = await _host.EndOfAsync(await _host.StartImportAsync("again", zip, otherLabels));

        (first.Version, first.Reused).ShouldBe((1, false));
        (second.Version, second.Reused, second.Status).ShouldBe((1, true, ImportStatus.Completed));
        second.Progress.Imported.ShouldBe(2);
        (third.Version, third.Reused).ShouldBe((2, false));
        (await _host.GetManifestAsync("again", 2)).Labels.ShouldBe(["folk"]);
    }

    [Fact]
    public async Task The_licence_of_the_data_is_in_the_manifest_and_another_one_makes_another_version()
    {
        using var folder = new TemporaryFolder();
        var bytes = SourceZip.WithTracks(2, "rock").ToBytes();
        var zip = new ImportSource { Path = folder.Write("licensed.zip", bytes) };

        var unknown = await _host.EndOfAsync(await _host.StartImportAsync("licensed", zip));
        var uploaded = await _host.EndOfAsync(await _host.UploadAsync("licensed", bytes, licence: "CC-BY-4.0 OR MIT"));
        var again = await _host.EndOfAsync(await _host.StartImportAsync("licensed", zip, licence: " CC-BY-4.0 OR MIT"));
        var other = await _host.EndOfAsync(await _host.StartImportAsync("licensed", zip, licence: "https://example.org/terms"));
        var silent = await _host.EndOfAsync(await _host.StartImportAsync("licensed", zip));

        (unknown.Version, uploaded.Version, again.Version, other.Version).ShouldBe((1, 2, 2, 3));
        (again.Reused, silent.Reused).ShouldBe((true, true));
        silent.Version.ShouldBe(3, "who says nothing of the licence is given the newest version of this zip");
        (await _host.GetManifestAsync("licensed", 1)).Source.Licence.ShouldBeNull();
        (await _host.GetManifestAsync("licensed", 2)).Source.Licence.ShouldBe("CC-BY-4.0 OR MIT");
        (await _host.GetManifestAsync("licensed", 3)).Source.Licence.ShouldBe("https://example.org/terms");
    }

    [Fact]
    public async Task Two_services_import_into_one_dataset_at_once_and_get_two_versions()
    {
        await using var other = await ImportService.StartAsync(service.Account);

        var accepted = await Task.WhenAll(
            _host.UploadAsync("at-once", SourceZip.WithTracks(3, "rock").ToBytes()),
            other.UploadAsync("at-once", SourceZip.WithTracks(4, "rock").ToBytes()));
        var imports = await Task.WhenAll(accepted.Select(_host.EndOfAsync));

        imports.Select(import => import.Version).ShouldBe([1, 2], ignoreOrder: true);
        foreach (var import in imports)
        {
            (await _host.GetManifestAsync("at-once", import.Version!.Value)).Samples.ShouldBe(import.Progress.Imported);
        }

        imports.Select(import => import.Progress.Imported).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task Imports_are_listed_the_newest_first()
    {
        var older = await _host.EndOfAsync(await _host.UploadAsync("listed", SourceZip.WithTracks(1, "rock").ToBytes()));
        var newer = await _host.EndOfAsync(await _host.UploadAsync("listed", SourceZip.WithTracks(2, "rock").ToBytes()));

        var listed = (await _host.Client.GetFromJsonAsync<Import[]>("/api/imports", GenreCloudJson.Options, CancellationToken))!;

        listed.Where(import => import.Dataset == "listed").Select(import => import.Id).ShouldBe([newer.Id, older.Id]);
    }
}
