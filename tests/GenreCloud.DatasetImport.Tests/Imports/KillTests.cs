using System.Net.Http.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>The service is killed (SIGKILL) at any moment of an import; the next one makes the same version of it, to the byte.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class KillTests(AzuriteFixture azurite, UndisturbedImport undisturbed) : IClassFixture<UndisturbedImport>
{
    private const int Kills = 20;
    private const int Seed = 5;

    /// <summary>Most of the time they wait for what the killed service owned.</summary>
    private const int AtATime = 7;

    /// <summary>The import's document and its message: before these it is not accepted, and nobody has been promised anything.</summary>
    private const int AcceptingWrites = 2;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_that_is_killed_at_any_moment_comes_to_the_same_version_byte_for_byte()
    {
        var (finished, writes) = await RunAsync(azurite.NewAccount(), killAt: int.MaxValue);
        finished.Status.ShouldBe(ImportStatus.Completed, $"{finished.Error}");
        var random = new Random(Seed);
        var moments = Enumerable.Range(0, Kills).Select(_ => random.Next(AcceptingWrites + 1, writes + 1)).ToArray();
        var left = new int[Enum.GetValues<ImportStatus>().Length];

        await Parallel.ForEachAsync(
            moments,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = CancellationToken },
            async (moment, _) =>
            {
                var account = azurite.NewAccount();
                var (import, _) = await RunAsync(account, moment);
                Interlocked.Increment(ref left[(int)import.Status]);
                await using var next = Start(account.ConnectionString);
                await next.WaitForAddressAsync(CancellationToken);

                var ended = await EndOfAsync(account, import.Id);

                ended.Status.ShouldBe(ImportStatus.Completed, $"{ended.Error}");
                (ended.Version, ended.Progress.Imported).ShouldBe((1, MixedZip.Samples), $"killed at write {moment} of {writes}");
                (await WrittenVersion.ReadAsync(account, UndisturbedImport.Dataset, 1)).ShouldBe(undisturbed.Files, $"Killed at write {moment} of {writes}, {import.Status}.");
            });

        left[(int)ImportStatus.Reading].ShouldBeGreaterThan(Kills / 4, $"Killed in few interesting moments: {string.Join(", ", left)}.");
    }

    /// <summary>Has a service do an import, and kills it when it is about to make a write: of a blob, or of a message.</summary>
    /// <param name="account">The service's storage.</param>
    /// <param name="killAt">The number of the write, 1 for the first after the import was asked for; it does not arrive.</param>
    /// <returns>The import as it was left, and the writes that the service made.</returns>
    private async Task<(Import Import, int Writes)> RunAsync(StorageAccount account, int killAt)
    {
        var writes = 0;
        var counts = false;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var storage = await FaultyStorage.StartAsync(account, request =>
        {
            var write = Volatile.Read(ref counts) && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) ? Interlocked.Increment(ref writes) : 0;
            if (write >= killAt)
            {
                reached.TrySetResult();
            }

            return reached.Task.IsCompleted ? StorageFault.Silence : StorageFault.None;
        });
        await using var service = Start(storage.ConnectionString);
        using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };
        Volatile.Write(ref counts, true);
        var id = await StartImportAsync(client);
        await Task.WhenAny(reached.Task, EndOfAsync(account, id));
        await service.KillAsync();
        return (await FindAsync(account, id), Volatile.Read(ref writes));
    }

    private static ServiceProcess Start(string connectionString) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
        ["--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", connectionString),
        ("ConnectionStrings__queues", connectionString),
        ("DatasetImport__AllowLocalPaths", "true"),
        ("DatasetImport__PartitionBytes", MixedZip.PartitionBytes),
        ("DatasetImport__WorkerTimeout", "00:00:15"));

    private async Task<string> StartImportAsync(HttpClient client)
    {
        var request = new ImportRequest { Dataset = UndisturbedImport.Dataset, Profile = "genres", Source = undisturbed.Source };
        using var accepted = await client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        return (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
    }

    private static async Task<Import> EndOfAsync(StorageAccount account, string id)
    {
        while (true)
        {
            if (await FindAsync(account, id) is { HasEnded: true } import)
            {
                return import;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static async Task<Import> FindAsync(StorageAccount account, string id)
    {
        var document = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Imports).GetBlobClient($"{id}/import.json");
        return (await document.ReadJsonAsync<Import>(CancellationToken)).ShouldNotBeNull().Value;
    }
}
