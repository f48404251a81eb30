using System.Net.Http.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>The service is killed (SIGKILL) while it fetches a file: the next one fetches what is missing, and no more.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class KilledStagingTests(AzuriteFixture azurite)
{
    /// <summary>The first that never comes while the first service lives.</summary>
    private const int HeldBlock = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_staged_before_the_kill_is_not_fetched_again()
    {
        await using var host = await FileHost.StartAsync(await File.ReadAllBytesAsync(SharedData.Require("genres-train.zip"), CancellationToken));
        host.Fault = async (context, range) =>
        {
            if (range is { } wanted && wanted.First >= HeldBlock * StagedBlocks.BlockBytes)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            return false;
        };
        var id = await StartAndKillAsync(host);
        var there = await StoredFiles.BlocksAsync(_account, CancellationToken);
        host.Fault = (_, _) => Task.FromResult(false);
        host.Forget();

        await using var second = Start();
        using var client = new HttpClient { BaseAddress = await second.WaitForAddressAsync(CancellationToken) };
        var import = await EndOfAsync(client, id);

        import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
        import.Progress.Imported.ShouldBe(525);
        var offsets = Enumerable.Range(0, (host.Content.Length + StagedBlocks.BlockBytes - 1) / StagedBlocks.BlockBytes).Select(block => (long)block * StagedBlocks.BlockBytes);
        host.Asked.Select(range => range.First).Order().ShouldBe(offsets.Except(there));
        host.Whole.ShouldBe(0);
    }

    private async Task<string> StartAndKillAsync(FileHost host)
    {
        await using var first = Start();
        using var client = new HttpClient { BaseAddress = await first.WaitForAddressAsync(CancellationToken) };
        var request = new ImportRequest { Dataset = "genres", Profile = "genres", Source = new ImportSource { Url = host.Url("genres.zip") } };
        using var accepted = await client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        var id = (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
        while ((await StoredFiles.BlocksAsync(_account, CancellationToken)).Count < HeldBlock)
        {
            await Task.Delay(PollInterval, CancellationToken);
        }

        await first.KillAsync();
        return id;
    }

    private ServiceProcess Start() => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
        ["--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", _account.ConnectionString),
        ("ConnectionStrings__queues", _account.ConnectionString),
        ("DatasetImport__AllowPrivateAddresses", "true"),
        ("DatasetImport__WorkerTimeout", "00:00:15"));

    private static async Task<Import> EndOfAsync(HttpClient client, string id)
    {
        while (true)
        {
            var import = (await client.GetFromJsonAsync<Import>($"/api/imports/{id}", GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
            if (import.HasEnded)
            {
                return import;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }
}
