using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>An accepted import is completed by whoever comes next.</summary>
public sealed class RestartTests(AzuriteFixture azurite)
{
    private readonly StorageAccount _account = azurite.NewAccount();

    [Fact]
    public async Task A_service_that_stops_while_it_stages_leaves_its_import_to_the_next()
    {
        var zip = SourceZip.WithTracks(3, "rock").ToBytes();
        var stalls = true;
        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.ContentLength = zip.Length;
            await context.Response.Body.WriteAsync(zip.AsMemory(0, zip.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (Volatile.Read(ref stalls))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            await context.Response.Body.WriteAsync(zip.AsMemory(zip.Length / 2), context.RequestAborted);
        });

        Import import;
        await using (var first = await ImportService.StartAsync(_account))
        {
            import = await first.StartImportAsync("stopped", new ImportSource { Url = server.Url("slow.zip") });
            await first.WaitForAsync(import, current => current.Status == ImportStatus.Staging);
        }

        Volatile.Write(ref stalls, false);
        await using var second = await ImportService.StartAsync(_account);
        var ended = await second.EndOfAsync(import);

        ended.Error.ShouldBeNull();
        (ended.Version, ended.Progress.Imported).ShouldBe((1, 3));
    }

    [Fact]
    public async Task A_service_that_stops_before_the_last_write_leaves_no_version_and_the_next_writes_one()
    {
        var traffic = new StorageTraffic { HeldWrite = "/manifest.json" };
        Import import;
        await using (var first = await ImportService.StartAsync(_account, builder => traffic.Watch(builder, _account)))
        {
            import = await first.UploadAsync("half-written", SourceZip.WithTracks(3, "rock").ToBytes());
            await traffic.Holding.WaitAsync(TestContext.Current.CancellationToken);
            (await first.GetImportAsync(import.Id)).Status.ShouldBe(ImportStatus.Reading);
        }

        await using var second = await ImportService.StartAsync(_account);
        var ended = await second.EndOfAsync(import);

        ended.Error.ShouldBeNull();
        ended.Reused.ShouldBeFalse();
        var dataset = await second.GetJsonAsync("/api/datasets/half-written", TestContext.Current.CancellationToken);
        dataset.GetProperty("versions").EnumerateArray().Select(version => version.GetInt32()).ShouldBe([ended.Version.ShouldNotBeNull()]);
    }

    [Fact]
    public async Task Stopping_again_and_again_does_not_use_up_an_imports_attempts()
    {
        var zip = SourceZip.WithTracks(1, "rock").ToBytes();
        var import = default(Import);
        for (var restart = 0; restart < 6; restart++)
        {
            var traffic = new StorageTraffic { HeldWrite = "/manifest.json" };
            await using var service = await ImportService.StartAsync(_account, builder => traffic.Watch(builder, _account));
            import ??= await service.UploadAsync("restarts", zip);
            await traffic.Holding.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var last = await ImportService.StartAsync(_account);
        (await last.EndOfAsync(import.ShouldNotBeNull())).Status.ShouldBe(ImportStatus.Completed);
    }
}
