using System.Diagnostics;
using System.Net.Http.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>The service is killed (SIGKILL) at any moment of an import; the next one makes the same version of it, to the byte.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class KillTests(AzuriteFixture azurite, UndisturbedImport undisturbed) : IClassFixture<UndisturbedImport>
{
    private const int Kills = 20;
    private const int Seed = 5;

    /// <summary>Most of the time they wait for what the killed service owned.</summary>
    private const int AtATime = 7;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_that_is_killed_at_any_moment_comes_to_the_same_version_byte_for_byte()
    {
        TimeSpan duration;
        await using (var service = Start(azurite.NewAccount()))
        {
            using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };
            var started = Stopwatch.GetTimestamp();
            await EndOfAsync(client, await StartImportAsync(client));
            duration = Stopwatch.GetElapsedTime(started);
        }

        var random = new Random(Seed);
        var moments = Enumerable.Range(0, Kills).Select(_ => random.NextDouble()).ToArray();
        var left = new int[Enum.GetValues<ImportStatus>().Length];

        await Parallel.ForEachAsync(
            moments,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = CancellationToken },
            async (moment, _) =>
            {
                var account = azurite.NewAccount();
                var import = await KillAsync(account, moment * duration);
                Interlocked.Increment(ref left[(int)import.Status]);
                await using var next = Start(account);
                using var client = new HttpClient { BaseAddress = await next.WaitForAddressAsync(CancellationToken) };

                var ended = await EndOfAsync(client, import.Id);

                (ended.Version, ended.Progress.Imported).ShouldBe((1, MixedZip.Samples), $"killed after {moment:p0}");
                (await WrittenVersion.ReadAsync(account, UndisturbedImport.Dataset, 1)).ShouldBe(undisturbed.Files, $"Killed after {moment:p0}, {import.Status}.");
            });

        left[(int)ImportStatus.Reading].ShouldBeGreaterThan(0, $"Killed in no interesting moment: {string.Join(", ", left)}.");
    }

    /// <summary>Has a service begin an import, and kills it after some time.</summary>
    /// <returns>The import as it left it.</returns>
    private async Task<Import> KillAsync(StorageAccount account, TimeSpan after)
    {
        string id;
        await using (var service = Start(account))
        {
            using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };
            id = await StartImportAsync(client);
            await Task.Delay(after, CancellationToken);
            await service.KillAsync();
        }

        var document = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Imports).GetBlobClient($"{id}/import.json");
        return (await document.ReadJsonAsync<Import>(CancellationToken)).ShouldNotBeNull().Value;
    }

    private static ServiceProcess Start(StorageAccount account) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
        ["--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", account.ConnectionString),
        ("ConnectionStrings__queues", account.ConnectionString),
        ("DatasetImport__AllowLocalPaths", "true"),
        ("DatasetImport__PartitionBytes", MixedZip.PartitionBytes),
        ("DatasetImport__WorkerTimeout", "00:00:15"));

    private async Task<string> StartImportAsync(HttpClient client)
    {
        var request = new ImportRequest { Dataset = UndisturbedImport.Dataset, Profile = "genres", Source = undisturbed.Source };
        using var accepted = await client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        return (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
    }

    private static async Task<Import> EndOfAsync(HttpClient client, string id)
    {
        while (true)
        {
            var import = (await client.GetFromJsonAsync<Import>($"/api/imports/{id}", GenreCloudJson.Options, CancellationToken))!;
            if (import.HasEnded)
            {
                import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
                return import;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }
}
