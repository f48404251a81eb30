using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using GenreCloud.LocalTools.Azurite;
using GenreCloud.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.LocalTools.Tests.Azurite;

// The fixture is taken so that the package is installed before these tests start Azurites of their own.
public sealed class AzuriteProcessTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("genrecloud-azurite-process-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_dataDirectory, recursive: true);

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            await WriteAsync(first.ConnectionStringBlobs, 20);
        }

        await using var second = await StartAsync();
        (await ReadAsync(second.ConnectionStringBlobs)).ShouldBe(20);
    }

    [Fact]
    public async Task Killing_the_parent_ends_azurite_and_loses_nothing_that_was_acknowledged()
    {
        using var parent = StartHost();
        var ready = await parent.FirstLineAsync(CancellationToken);
        ready[0].ShouldBe("ready");
        using var child = Process.GetProcessById(int.Parse(ready[1], CultureInfo.InvariantCulture));
        await WriteAsync(ready[2], 50);

        await parent.KillAsync(CancellationToken);

        // Starts while the orphan may still be saving: the directory's lock has to wait for it.
        await using var successor = await StartAsync();
        child.HasExited.ShouldBeTrue();
        (await ReadAsync(successor.ConnectionStringBlobs)).ShouldBe(50);
    }

    [Fact]
    public async Task A_directory_in_use_is_refused_with_its_name()
    {
        await using var first = await StartAsync();

        using var second = StartHost();
        var failed = await second.FirstLineAsync(CancellationToken);

        failed[0].ShouldBe("failed");
        failed[1].ShouldContain(_dataDirectory);
        failed[1].ShouldContain("in use");
    }

    [Fact]
    public async Task A_lock_file_that_cannot_be_opened_is_not_taken_for_one_in_use()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A link to itself needs a privilege on Windows.");
        Directory.CreateDirectory(_dataDirectory);
        var path = Path.Combine(_dataDirectory, "genrecloud.lock");
        File.CreateSymbolicLink(path, path);

        using var host = StartHost();
        var failed = await host.FirstLineAsync(CancellationToken);

        failed[0].ShouldBe("failed");
        failed[1].ShouldContain($"The lock file '{path}' cannot be opened");
        failed[1].ShouldNotContain("in use");
    }

    [Fact]
    public async Task Without_node_the_message_says_what_to_install_and_what_to_set_instead()
    {
        using var host = StartHost(("PATH", _dataDirectory));

        var failed = await host.FirstLineAsync(CancellationToken);

        failed[0].ShouldBe("failed");
        failed[1].ShouldContain("Node.js 20");
        failed[1].ShouldContain("ConnectionStrings:blobs");
    }

    [Fact]
    public async Task It_listens_on_127_0_0_1_only_and_says_so()
    {
        await using var process = await StartAsync();

        process.ConnectionStringBlobs.ShouldContain("BlobEndpoint=http://127.0.0.1:");
        process.ConnectionStringQueues.ShouldContain("QueueEndpoint=http://127.0.0.1:");
        process.Exited.IsCompleted.ShouldBeFalse();
    }

    private static async Task WriteAsync(string connectionString, int count)
    {
        var container = new BlobContainerClient(connectionString, "runs");
        var queue = new QueueClient(connectionString, "training");
        await container.CreateAsync(cancellationToken: CancellationToken);
        await queue.CreateAsync(cancellationToken: CancellationToken);
        for (var number = 0; number < count; number++)
        {
            await container.UploadBlobAsync($"{number}", BinaryData.FromString($"content {number}"), CancellationToken);
            await queue.SendMessageAsync($"message {number}", CancellationToken);
        }
    }

    /// <returns>How many blobs and messages there are, each with its own content.</returns>
    private static async Task<int> ReadAsync(string connectionString)
    {
        var container = new BlobContainerClient(connectionString, "runs");
        var blobs = 0;
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: CancellationToken))
        {
            var content = (await container.GetBlobClient(blob.Name).DownloadContentAsync(CancellationToken)).Value.Content.ToString();
            content.ShouldBe($"content {blob.Name}");
            blobs++;
        }

        var queue = new QueueClient(connectionString, "training");
        for (var message = 0; message < blobs; message++)
        {
            (await queue.ReceiveMessageAsync(cancellationToken: CancellationToken)).Value.Body.ToString().ShouldBe($"message {message}");
        }

        return blobs;
    }

    private Task<AzuriteProcess> StartAsync()
    {
        azurite.ShouldNotBeNull();
        var options = new AzuriteOptions { DataDirectory = _dataDirectory, PackageDirectory = AzuriteFixture.PackageDirectory };
        return AzuriteProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken);
    }

    private ToolHost StartHost(params (string Name, string Value)[] environment) =>
        ToolHost.Start(["azurite", _dataDirectory, AzuriteFixture.PackageDirectory], environment);
}
