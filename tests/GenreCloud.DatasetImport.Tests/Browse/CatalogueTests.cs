using System.Net.Http.Json;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Browse;

public sealed class CatalogueTests(AzuriteFixture azurite)
{
    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Datasets_are_listed_with_their_versions_sizes_and_sources()
    {
        await _account.WriteDatasetAsync("metal", StoredDatasets.Samples(5, "doom", "black"));
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(9, "rock"));
        var (_, unfinished) = await _account.BeginDatasetAsync("genres", StoredJobs.NewId(), StoredDatasets.Samples(9, "rock"));
        await using var writer = unfinished;
        await _account.BeginDatasetAsync("empty", StoredJobs.NewId(), []);
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(12, "rock", "jazz", "folk"));
        await using var host = await ImportService.StartAsync(_account);

        var listed = (await host.Client.GetFromJsonAsync<DatasetSummary[]>("/api/datasets", GenreCloudJson.Options, CancellationToken))!;

        listed.Select(dataset => dataset.Name).ShouldBe(["genres", "metal"]);
        var genres = listed[0];
        genres.Versions.ShouldBe([1, 3]);
        genres.Deleted.ShouldBeEmpty();
        genres.Details.Select(version => (version.Version, version.Samples, version.Labels, version.Quarantined)).ShouldBe([(1, 9, 1, 0), (3, 12, 3, 0)]);
        var manifest = await host.GetManifestAsync("genres", 3);
        genres.Details[1].ShouldSatisfyAllConditions(
            version => version.Bytes.ShouldBeGreaterThan(manifest.Shards.Sum(shard => shard.Bytes)),
            version => version.Created.ShouldBe(manifest.Created),
            version => version.Profile.ShouldBe("genres"),
            version => version.Source.ShouldBe(manifest.Source),
            version => version.Producer.ShouldBe("tests"),
            version => version.Problem.ShouldBeNull());
        var one = (await host.Client.GetFromJsonAsync<DatasetSummary>("/api/datasets/genres", GenreCloudJson.Options, CancellationToken))!;
        one.Details.ShouldBeEquivalentTo(genres.Details);
    }

    [Fact]
    public async Task A_version_with_a_damaged_manifest_is_listed_with_what_is_wrong_and_does_not_hide_the_others()
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(3, "rock"));
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(3, "rock"));
        await _account.Container(StorageNames.Containers.Datasets).GetBlobClient("genres/1/manifest.json")
            .UploadAsync(BinaryData.FromString("""{"schemaVersion":99}"""), overwrite: true, CancellationToken);
        await using var host = await ImportService.StartAsync(_account);

        var genres = (await host.Client.GetFromJsonAsync<DatasetSummary>("/api/datasets/genres", GenreCloudJson.Options, CancellationToken))!;

        genres.Versions.ShouldBe([1, 2]);
        genres.Details[0].Problem.ShouldNotBeNull().ShouldContain("use a newer GenreCloud");
        genres.Details[1].Samples.ShouldBe(3);
    }
}
