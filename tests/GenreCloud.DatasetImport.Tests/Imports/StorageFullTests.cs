using System.Diagnostics;
using System.Net;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.LocalTools.Azurite;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>
/// A disk that takes no more, for real: the system refuses Azurite's writes beyond a limit of the file size, which needs no
/// rights and leaves other processes alone.
/// </summary>
public sealed class StorageFullTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_that_storage_cannot_take_fails_with_the_reason_and_the_service_lives_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is a Linux program.");
        var data = Directory.CreateTempSubdirectory("genrecloud-full-");
        try
        {
            var options = new AzuriteOptions { DataDirectory = data.FullName, PackageDirectory = AzuriteFixture.PackageDirectory };
            await using var azurite = await AzuriteProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken);
            var account = new StorageAccount(azurite.ConnectionStringBlobs);
            await using var host = await ImportService.StartAsync(account, builder => GiveUpAtOnce(builder, account));
            using var folder = new TemporaryFolder();
            var zip = SourceZip.WithTracks(5, "rock").ToBytes();
            var source = new ImportSource { Path = folder.Write("large.zip", zip) };

            // Documents of some KB still fit, the zip of some 100 KB does not.
            await LimitFileSizeAsync(azurite.ProcessId, zip.Length / 2);
            var error = await host.FailureOfAsync(await host.StartImportAsync("full", source));
            using var upload = await host.PutAsync("full", new ByteArrayContent(zip));
            var problem = await upload.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable);

            error.Title.ShouldBe("The storage could not take the data");
            error.Detail.ShouldContain("free space");
            problem.Detail.ShouldContain("disk");

            await LimitFileSizeAsync(azurite.ProcessId, bytes: null);
            (await host.EndOfAsync(await host.StartImportAsync("full", source))).Status.ShouldBe(ImportStatus.Completed);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Leaves out the SDK's retries, which find the disk no emptier, and each cost 6 s: Azurite does not read on after a write
    /// that it refused, and the next request on that connection waits until it is closed.
    /// </summary>
    private static void GiveUpAtOnce(WebApplicationBuilder builder, StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = 0;
        builder.Services.AddSingleton(new BlobServiceClient(account.ConnectionString, options));
    }

    private static async Task LimitFileSizeAsync(int processId, long? bytes)
    {
        // Only the soft limit, which may be raised again.
        using var prlimit = Process.Start("prlimit", ["--pid", $"{processId}", $"--fsize={bytes?.ToString() ?? "unlimited"}:"]);
        await prlimit.WaitForExitAsync(CancellationToken);
        prlimit.ExitCode.ShouldBe(0);
    }
}
