using System.Net;
using System.Net.Http.Json;
using System.Text;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Datasets.Png;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Several zips as one dataset, at once or one after another.</summary>
public sealed class SeveralZipsTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_zips_are_one_dataset_in_their_order_and_the_same_ones_again_are_the_same_version()
    {
        using var folder = new TemporaryFolder();
        ImportSource[] zips =
        [
            Zip(folder, "a.zip", First()),
            Zip(folder, "b.zip", new SourceZip().Track("b0", "jazz", TestPng.Spectrogram(10)).Track("a1", "jazz", TestPng.Spectrogram(11))),
        ];

        var import = await _host.EndOfAsync(await StartAsync("several", zips));
        var again = await _host.EndOfAsync(await StartAsync("several", zips));
        var reversed = await _host.EndOfAsync(await StartAsync("several", [zips[1], zips[0]]));

        import.Error.ShouldBeNull();
        import.StagedArchives.Select(archive => archive.FileName).ShouldBe(["a.zip", "b.zip"]);
        import.Progress.StagedBytes.ShouldBe(import.StagedArchives.Sum(archive => archive.Bytes));
        var manifest = await _host.GetManifestAsync("several", 1);
        manifest.Source.FileName.ShouldBe("a.zip");
        manifest.FurtherSources.ShouldHaveSingleItem().FileName.ShouldBe("b.zip");
        (await _host.GetSamplesAsync("several", 1)).Select(sample => (sample.Id, sample.Label)).ShouldBe([("a0", "rock"), ("a1", "rock"), ("b0", "jazz")]);
        (await _host.GetQuarantineAsync("several", 1)).Select(entry => (entry.Entry, entry.Reason)).ShouldBe(
            [("b.zip: jazz/a/a1.png", "duplicateImage"), ($"{SourceZip.LabelsName} track a1", "conflictingLabel")]);
        (again.Version, again.Reused, reversed.Version).ShouldBe((1, true, 2));
    }

    [Fact]
    public async Task One_csv_serves_all_zips_inside_one_of_them_or_beside_them()
    {
        using var folder = new TemporaryFolder();
        var first = First();
        var second = new SourceZip().Entry("jazz/b/b0.png", TestPng.Spectrogram(10));
        first.Row("b0", "jazz");
        ImportSource[] zips = [Zip(folder, "a.zip", first), new() { Path = folder.Write("b.zip", second.ToBytesWithoutLabels()) }];
        var csv = new ImportSource { Path = folder.Write("labels.csv", Encoding.UTF8.GetBytes(first.Csv)) };

        var inside = await _host.EndOfAsync(await StartAsync("one-csv", zips));
        var beside = await _host.EndOfAsync(await StartAsync("one-csv", zips, csv));

        (inside.Error, beside.Error).ShouldBe((null, null));
        (inside.Version, beside.Version).ShouldBe((1, 2));
        foreach (var version in (int[])[1, 2])
        {
            (await _host.GetManifestAsync("one-csv", version)).Samples.ShouldBe(3);
            (await _host.GetQuarantineAsync("one-csv", version)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_is_added_makes_the_next_version_which_needs_the_first_no_more()
    {
        await _host.ImportAsync("added", First().Track("no-png", "rock", [.. "GIF89a"u8]).ToBytes());
        var more = new SourceZip()
            .Track("b0", "jazz", TestPng.Spectrogram(10))
            .Track("a1", "jazz", TestPng.Spectrogram(11))
            .Track("copy", "rock", TestPng.Spectrogram(0))
            .Track("claim", "jazz", TestPng.Spectrogram(1))
            .Track("near", "rock", SpectrogramPng.Encode([.. TestPng.Pixels(0).Select(pixel => (byte)((pixel * 3 / 4) + 20))]))
            .ToBytes();

        var import = await _host.EndOfAsync(await AddAsync("added", more));
        var again = await _host.EndOfAsync(await AddAsync("added", more));

        import.Error.ShouldBeNull();
        (import.Version, import.Reused, again.Version, again.Reused).ShouldBe((2, false, 2, true));
        var manifest = await _host.GetManifestAsync("added", 2);
        (manifest.BaseVersion, manifest.Samples, manifest.FurtherSources.Count).ShouldBe((1, 4, 1));
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["jazz"] = 1, ["rock"] = 3 });
        await foreach (var blob in service.Account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobsAsync(new() { Prefix = "added/1/" }, CancellationToken))
        {
            await service.Account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).DeleteBlobAsync(blob.Name, cancellationToken: CancellationToken);
        }

        (await _host.GetSamplesAsync("added", 2)).Select(sample => (sample.Id, sample.NearDuplicateOf))
            .ShouldBe([("a0", null), ("a1", null), ("b0", null), ("near", "a0")]);
        foreach (var (id, seed) in ((string, int)[])[("a0", 0), ("a1", 1), ("b0", 10)])
        {
            (await _host.Client.GetByteArrayAsync(new Uri($"/api/datasets/added/2/samples/{id}.png", UriKind.Relative), CancellationToken)).ShouldBe(TestPng.Spectrogram(seed));
        }

        var quarantine = await _host.GetQuarantineAsync("added", 2);
        quarantine.Select(entry => (entry.Entry, entry.Reason)).ShouldBe(
        [
            ("rock/n/no-png.png", "notPng"),
            ("zip 2: jazz/a/a1.png", "duplicateImage"),
            ("zip 2: rock/c/copy.png", "duplicatePixels"),
            ("zip 2: jazz/c/claim.png", "conflictingPixels"),
            ("a1", "conflictingLabel"),
        ]);
        quarantine[2].Message.ShouldContain("a0");
        quarantine[3].Message.ShouldContain("labelled rock");
        quarantine[4].Message.ShouldBe("The version that is added to has track a1, labelled rock; the labels say jazz, and the version counts.");
    }

    [Fact]
    public async Task What_was_left_out_is_looked_for_in_the_archive_that_it_came_with()
    {
        using var folder = new TemporaryFolder();
        var first = Zip(folder, "genres.zip", First().Track("bad", "rock", [.. "first"u8]));
        (await _host.EndOfAsync(await StartAsync("looked-for", [first]))).Error.ShouldBeNull();
        var second = Zip(folder, "genres.zip", new SourceZip().Track("b0", "jazz", TestPng.Spectrogram(10)).Track("bad", "rock", [.. "second"u8]));
        (await _host.EndOfAsync(await StartAsync("looked-for", [second], add: true))).Error.ShouldBeNull();

        (await _host.GetQuarantineAsync("looked-for", 2)).Select(entry => entry.Entry).ShouldBe(["rock/b/bad.png", "zip 2: rock/b/bad.png"]);
        foreach (var (entry, content) in ((string, string)[])[("rock/b/bad.png", "first"), ("zip 2: rock/b/bad.png", "second")])
        {
            var file = new Uri($"/api/datasets/looked-for/2/quarantine/content?entry={Uri.EscapeDataString(entry)}", UriKind.Relative);
            (await _host.Client.GetStringAsync(file, CancellationToken)).ShouldBe(content);
        }

        var sources = (await _host.Client.GetFromJsonAsync<DatasetSummary>("/api/datasets/looked-for", GenreCloudJson.Options, CancellationToken))!
            .Details.Select(version => version.FurtherSources.Count);
        sources.ShouldBe([0, 1]);
    }

    [Fact]
    public async Task A_row_that_says_the_label_of_the_version_that_is_added_to_is_no_conflict_and_a_dropped_one_is()
    {
        static byte[] Csv(string rows) => Encoding.UTF8.GetBytes($"image_path,label\n{rows}");
        var zip = new SourceZip().Entry("a.png", TestPng.Spectrogram(0)).Entry("b.png", TestPng.Spectrogram(1)).Entry("l.csv", Csv("a.png,blackgaze\nb.png,punk\n"));
        await _host.ImportAsync("same-label", zip.ToBytesWithoutLabels(), "metal");
        var more = new SourceZip().Entry("c.png", TestPng.Spectrogram(2)).Entry("l.csv", Csv("a.png,black metal\nb.png,djent\nc.png,punk\n"));

        (await _host.EndOfAsync(await AddAsync("same-label", more.ToBytesWithoutLabels(), "metal"))).Error.ShouldBeNull();

        (await _host.GetQuarantineAsync("same-label", 2)).Select(entry => (entry.Entry, entry.Reason)).ShouldBe([("b", "conflictingLabel")]);
    }

    [Fact]
    public async Task Adding_to_a_dataset_that_is_not_there_begins_it()
    {
        var import = await _host.EndOfAsync(await AddAsync("begun", First().ToBytes()));

        (import.Version, (await _host.GetManifestAsync("begun", 1)).BaseVersion).ShouldBe((1, null));
    }

    [Fact]
    public async Task Another_profile_is_not_added()
    {
        await _host.ImportAsync("one-profile", First().ToBytes());

        var import = await AddAsync("one-profile", new SourceZip().Entry("rock/x.png", TestPng.Spectrogram(20)).ToBytesWithoutLabels(), "folders");

        (await _host.FailureOfAsync(import)).Detail.ShouldContain("profile genres");
    }

    [Theory]
    [InlineData("{\"dataset\": \"x\", \"profile\": \"genres\", \"source\": {\"url\": \"http://127.0.0.1/a\"}, \"sources\": [{\"url\": \"http://127.0.0.1/a\"}]}", "not both")]
    [InlineData("{\"dataset\": \"x\", \"profile\": \"genres\", \"sources\": []}", "at least one")]
    [InlineData("{\"dataset\": \"x\", \"profile\": \"genres\", \"sources\": [{}]}", "path")]
    [InlineData("{\"dataset\": \"x\", \"profile\": \"genres\", \"sha256\": \"aa\", \"sources\": [{\"url\": \"http://127.0.0.1/a\"}]}", "its own")]
    [InlineData("{\"dataset\": \"x\", \"profile\": \"genres\", \"sources\": [{\"url\": \"http://127.0.0.1/a\", \"sha256\": \"aa\"}]}", "64 hexadecimal")]
    public async Task Sources_that_make_no_sense_are_refused(string json, string detail)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _host.Client.PostAsync(new Uri("/api/imports", UriKind.Relative), content, CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Detail.ShouldContain(detail);
    }

    private static SourceZip First() => new SourceZip().Track("a0", "rock", TestPng.Spectrogram(0)).Track("a1", "rock", TestPng.Spectrogram(1));

    private static ImportSource Zip(TemporaryFolder folder, string name, SourceZip zip) => new() { Path = folder.Write(name, zip.ToBytes()) };

    private async Task<Import> StartAsync(string dataset, IReadOnlyList<ImportSource> sources, ImportSource? labels = null, bool add = false)
    {
        var request = new ImportRequest { Dataset = dataset, Profile = "genres", Sources = sources, Labels = labels, Add = add };
        using var response = await _host.Client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await response.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
    }

    private async Task<Import> AddAsync(string dataset, byte[] zip, string profile = "genres")
    {
        using var body = new ByteArrayContent(zip);
        using var response = await _host.Client.PutAsync(
            new Uri($"/api/imports/upload?dataset={dataset}&profile={profile}&add=true", UriKind.Relative), body, CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await response.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
    }
}
