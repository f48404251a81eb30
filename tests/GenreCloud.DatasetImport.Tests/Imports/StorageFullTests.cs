using System.Diagnostics;
using System.Net;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Standalone.Azurite;
using GenreCloud.Testing;
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
            await using var host = await ImportService.StartAsync(new StorageAccount(azurite.ConnectionStringBlobs));
            using var folder = new TemporaryFolder();
            var zip = SourceZip.WithTracks(20, "rock").ToBytes();
            var source = new ImportSource { Path = folder.Write("large.zip", zip) };

            // Documents of some KB still fit, the zip of 3 MB does not.
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

    private static async Task LimitFileSizeAsync(int processId, long? bytes)
    {
        // Only the soft limit, which may be raised again.
        using var prlimit = Process.Start("prlimit", ["--pid", $"{processId}", $"--fsize={bytes?.ToString() ?? "unlimited"}:"]);
        await prlimit.WaitForExitAsync(CancellationToken);
        prlimit.ExitCode.ShouldBe(0);
    }
}
