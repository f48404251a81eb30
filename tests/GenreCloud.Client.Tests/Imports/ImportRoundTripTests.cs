using GenreCloud.Client.Datasets;
using GenreCloud.Client.Imports;
using GenreCloud.Datasets.Png;

namespace GenreCloud.Client.Tests.Imports;

/// <summary>The client against the import service: from a zip to its pictures, and away with them.</summary>
public sealed class ImportRoundTripTests(AllServices services) : IClassFixture<AllServices>
{
    private readonly DatasetImportClient _client = services.Imports;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_is_followed_to_its_end_and_looked_into()
    {
        var import = await ImportAsync("followed", SmallZip.ToBytes(), request => request with { Licence = "CC0-1.0" });

        import.ShouldSatisfyAllConditions(
            ended => ended.Status.ShouldBe(ImportStatus.Completed),
            ended => ended.HasEnded.ShouldBeTrue(),
            ended => ended.Licence.ShouldBe("CC0-1.0"),
            ended => ended.Progress.Imported.ShouldBe(4),
            ended => ended.Progress.QuarantinedByReason.ShouldBe(new Dictionary<string, int> { ["truncated"] = 1 }),
            ended => ended.Version.ShouldBe(1));
        (await _client.GetImportAsync(import.Id, CancellationToken)).EndedAt.ShouldBe(import.EndedAt);
        (await _client.ListImportsAsync(CancellationToken)).ShouldContain(listed => listed.Id == import.Id);
        var dataset = await _client.GetDatasetAsync("followed", CancellationToken);
        dataset.Details.ShouldHaveSingleItem().Samples.ShouldBe(4);
        (await _client.ListDatasetsAsync(CancellationToken)).ShouldContain(listed => listed.Name == "followed");
        var manifest = await _client.GetDatasetVersionAsync("followed", 1, CancellationToken);
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["jazz"] = 3, ["r&b"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Samples_come_page_by_page_with_their_pictures()
    {
        await ImportAsync("paged", SmallZip.ToBytes());

        var first = await _client.ListSamplesAsync("paged", 1, offset: 0, limit: 2, cancellationToken: CancellationToken);
        var rest = await _client.ListSamplesAsync("paged", 1, offset: 2, limit: 2, cancellationToken: CancellationToken);
        var jazz = await _client.ListSamplesAsync("paged", 1, new SampleFilter { Label = "jazz" }, cancellationToken: CancellationToken);
        var flagged = await _client.ListSamplesAsync("paged", 1, new SampleFilter { Flag = "constant" }, cancellationToken: CancellationToken);

        (first.Total, first.Items.Count, rest.Total, rest.Items.Count, jazz.Total, flagged.Total).ShouldBe((4, 2, 4, 2, 3, 1));
        var odd = first.Items.Concat(rest.Items).Single(sample => sample.Label == "r&b");
        odd.Title.ShouldBe("<i>three");
        (await _client.GetSpectrogramAsync("paged", 1, odd.Id, CancellationToken)).ShouldBe(SmallZip.PictureOf(3));
        var small = new byte[323 * 64];
        GrayPng.Decode(await _client.GetThumbnailAsync("paged", 1, odd.Id, CancellationToken), 323, 64, small);
        small.Distinct().Count().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task What_was_left_out_is_listed_page_by_page()
    {
        await ImportAsync("left-out", SmallZip.ToBytes());

        var all = await _client.ListQuarantineAsync("left-out", 1, cancellationToken: CancellationToken);
        var other = await _client.ListQuarantineAsync("left-out", 1, reason: "noLabel", cancellationToken: CancellationToken);
        var after = await _client.ListQuarantineAsync("left-out", 1, offset: 1, limit: 1, cancellationToken: CancellationToken);

        (all.Total, all.Items.ShouldHaveSingleItem().Entry).ShouldBe((1, SmallZip.Damaged));
        (other.Total, other.Items.Count).ShouldBe((0, 0));
        (after.Total, after.Items.Count).ShouldBe((1, 0));
        (await _client.GetQuarantinedAsync("left-out", 1, SmallZip.Damaged, cancellationToken: CancellationToken)).Bytes.ShouldBe(SmallZip.CutOff(4));
        var beginning = await _client.GetQuarantinedAsync("left-out", 1, SmallZip.Damaged, mostBytes: 3, CancellationToken);
        beginning.Bytes.ShouldBe(SmallZip.CutOff(4)[..3]);
        beginning.Length.ShouldBe(SmallZip.CutOff(4).Length);
    }

    [Fact]
    public async Task Two_versions_are_compared_and_one_is_deleted_and_restored()
    {
        await ImportAsync("versions", SmallZip.ToBytes());
        await ImportAsync("versions", SmallZip.ToBytes(seed: 2));

        var comparison = await _client.CompareDatasetVersionsAsync("versions", 1, 2, SampleChangeKind.Replaced, "jazz", cancellationToken: CancellationToken);
        var deletion = await _client.DeleteDatasetVersionAsync("versions", 1, CancellationToken);
        var without = await _client.GetDatasetAsync("versions", CancellationToken);
        var restored = await _client.RestoreDatasetVersionAsync("versions", 1, CancellationToken);
        var all = await _client.DeleteDatasetAsync("versions", CancellationToken);

        (comparison.Replaced, comparison.TotalChanges, comparison.Changes.Count).ShouldBe((3, 2, 2));
        deletion.RestorableUntil.ShouldNotBeNull();
        without.Versions.ShouldBe([2]);
        without.Deleted.ShouldHaveSingleItem().Version.ShouldBe(1);
        restored.Versions.ShouldBe([1, 2]);
        all.Select(one => one.Version).ShouldBe([1, 2], ignoreOrder: true);
        (await _client.RestoreDatasetAsync("versions", CancellationToken)).Versions.Count.ShouldBe(2);
        (await _client.ListGarbageAsync(CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_goes_on_where_it_was()
    {
        var zip = SmallZip.ToBytes(seed: 7);
        var upload = await _client.CreateUploadAsync(new UploadRequest("parts", "folders", zip.Length) { FileName = "small.zip" }, CancellationToken);

        var offset = await _client.AppendToUploadAsync(upload.Id, 0, new MemoryStream(zip, 0, 1000), CancellationToken);
        var between = await _client.GetUploadAsync(upload.Id, CancellationToken);
        var elsewhere = await Should.ThrowAsync<GenreCloudException>(() => _client.AppendToUploadAsync(upload.Id, 10, new MemoryStream([1]), CancellationToken));
        await _client.AppendToUploadAsync(upload.Id, offset, new MemoryStream(zip, 1000, zip.Length - 1000), CancellationToken);

        (between.Offset, between.Bytes, between.IsComplete).ShouldBe((1000, zip.Length, false));
        elsewhere.Problem.Status.ShouldBe(409);
        (await _client.GetUploadAsync(upload.Id, CancellationToken)).IsComplete.ShouldBeTrue();
        (await EndOfAsync(upload.ImportId)).Status.ShouldBe(ImportStatus.Completed);
        (await Should.ThrowAsync<GenreCloudException>(() => _client.DeleteUploadAsync(upload.Id, CancellationToken))).Problem.Status.ShouldBe(409);
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        var none = await Should.ThrowAsync<GenreCloudException>(() => _client.StartImportAsync(new ImportRequest("x", "folders"), CancellationToken));
        var unknown = await Should.ThrowAsync<GenreCloudException>(async () => await _client.FollowImportAsync("nothing", CancellationToken).ToListAsync(CancellationToken));
        var ended = await ImportAsync("wrong", SmallZip.ToBytes());

        (none.Problem.Status, unknown.Problem.Status).ShouldBe((400, 404));
        none.Problem.Title.ShouldBe("The source cannot be imported");
        (await Should.ThrowAsync<GenreCloudException>(() => _client.CancelImportAsync(ended.Id, CancellationToken))).Problem.Status.ShouldBe(409);
        (await Should.ThrowAsync<GenreCloudException>(() => _client.RetryImportAsync(ended.Id, CancellationToken))).Problem.Status.ShouldBe(409);
        (await _client.GetHealthAsync(CancellationToken)).IsHealthy.ShouldBeTrue();
    }

    private async Task<Import> ImportAsync(string dataset, byte[] zip, Func<ImportRequest, ImportRequest>? change = null)
    {
        var request = new ImportRequest(dataset, "folders");
        var import = await _client.UploadImportAsync(new MemoryStream(zip), change is null ? request : change(request), CancellationToken);
        return await EndOfAsync(import.Id);
    }

    private async Task<Import> EndOfAsync(string id) =>
        (await _client.FollowImportAsync(id, CancellationToken).ToListAsync(CancellationToken))[^1].ShouldBeOfType<ImportEnded>().Import;
}
