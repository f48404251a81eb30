using System.Net.Http.Json;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Beside the other tests, because it waits for what the killed service owned to run out: half a minute, or a whole one.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class KilledServiceTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_whose_service_is_killed_in_the_middle_is_finished_by_the_other_service_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot suspend a process.");
        var account = azurite.NewAccount();
        await using var first = Start(account);
        await using var second = Start(account);
        using var firstClient = new HttpClient { BaseAddress = await first.WaitForAddressAsync(CancellationToken) };
        using var secondClient = new HttpClient { BaseAddress = await second.WaitForAddressAsync(CancellationToken) };

        // While the second one stands still, it is the first one that takes the import.
        second.Suspend();
        var request = new ImportRequest
        {
            Dataset = "genres",
            Profile = "genres",
            Source = new ImportSource { Path = SharedData.Require("genres-train.zip") },
        };
        using var accepted = await firstClient.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        var id = (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
        await WaitForAsync(firstClient, id, import => import.Status == ImportStatus.Reading);
        await first.KillAsync();
        second.Resume();

        var left = await WaitForAsync(secondClient, id, _ => true);
        (left.Status, left.Progress.Entries < 525).ShouldBe((ImportStatus.Reading, true), "It was to be killed in the middle.");
        var import = await WaitForAsync(secondClient, id, import => import.HasEnded);

        import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
        (import.Progress.Imported, import.Progress.Quarantined).ShouldBe((525, 0));
        var version = import.Version.ShouldNotBeNull();
        (await GetAsync<DatasetSummary>(secondClient, "/api/datasets/genres")).Versions.ShouldBe([version]);
        var manifest = await GetAsync<DatasetManifest>(secondClient, $"/api/datasets/genres/{version}");
        manifest.Samples.ShouldBe(525);
        var samples = await GetAsync<Sample[]>(secondClient, $"/api/datasets/genres/{version}/samples");
        samples.Select(sample => sample.Id).Distinct().Count().ShouldBe(525);
        samples.Length.ShouldBe(525);
    }

    private static ServiceProcess Start(StorageAccount account) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
        ["--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", account.ConnectionString),
        ("ConnectionStrings__queues", account.ConnectionString),
        ("DatasetImport__AllowLocalPaths", "true"));

    private static async Task<Import> WaitForAsync(HttpClient client, string id, Func<Import, bool> isWanted)
    {
        while (true)
        {
            var import = await GetAsync<Import>(client, $"/api/imports/{id}");
            if (isWanted(import))
            {
                return import;
            }

            import.HasEnded.ShouldBeFalse($"{import.Status}: {import.Error}");
            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static async Task<T> GetAsync<T>(HttpClient client, string path) =>
        (await client.GetFromJsonAsync<T>(path, GenreCloudJson.Options, CancellationToken))!;
}
