using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>An import service with small blocks on a storage account of its own, whose staging a test calls as the pipeline does.</summary>
internal sealed class StagingService : IAsyncDisposable
{
    public const int BlockBytes = 64 << 10;

    private readonly ServiceHost _host;

    private StagingService(StorageAccount account, ServiceHost host)
    {
        Account = account;
        _host = host;
    }

    public StorageAccount Account { get; }

    private BlobContainerClient Sources => Account.Blobs.GetBlobContainerClient("sources");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<StagingService> StartAsync(
        StorageAccount account,
        Func<SourceTuning, SourceTuning>? tune = null,
        bool allowPrivateAddresses = true,
        Action<WebApplicationBuilder>? configure = null,
        params (string Key, string Value)[] settings)
    {
        var tuning = new SourceTuning { BlockBytes = BlockBytes, RetryDelay = TimeSpan.FromMilliseconds(10) };
        var host = await ImportService.StartAsync(
            account,
            builder =>
            {
                builder.Services.AddSingleton(tune?.Invoke(tuning) ?? tuning);
                configure?.Invoke(builder);
            },
            allowLocalPaths: true,
            allowPrivateAddresses,
            settings);
        await host.Services.GetRequiredService<StorageProvisioning>().Ready.WaitAsync(CancellationToken);
        return new StagingService(account, host);
    }

    /// <summary>Begins like a zip and goes on with noise, in whole blocks and a bit.</summary>
    public static byte[] Archive(int blocks, int seed = 1)
    {
        var content = new byte[(blocks * BlockBytes) + 777];
        new Random(seed).NextBytes(content);
        "PK\u0003\u0004"u8.CopyTo(content);
        return content;
    }

    public Task<StagedSource> StageAsync(ImportSource source, string? sha256 = null, Action<long, long?>? onProgress = null, CancellationToken? cancellationToken = null) =>
        _host.Services.GetRequiredService<SourceStaging>().StageArchiveAsync(source, sha256, onProgress ?? ((_, _) => { }), cancellationToken ?? CancellationToken);

    public Task<StagedSource> StageAsync(string url, string? sha256 = null) => StageAsync(new ImportSource { Url = url }, sha256);

    public async Task<ImportFailedException> FailAsync(string url, string? sha256 = null) =>
        await Should.ThrowAsync<ImportFailedException>(() => StageAsync(url, sha256));

    public async Task ShouldHaveAsync(StagedSource staged, byte[] content)
    {
        staged.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
        staged.Bytes.ShouldBe(content.Length);
        staged.Blob.ShouldBe($"{staged.Sha256}.zip");
        (await ReadAsync(staged)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    public async Task<byte[]> ReadAsync(StagedSource staged) =>
        (await Sources.GetBlobClient(staged.Blob).DownloadContentAsync(CancellationToken)).Value.Content.ToArray();

    /// <summary>What lies in container sources but records and leases: also files that are being staged.</summary>
    public async Task<IReadOnlyList<string>> FilesAsync()
    {
        var names = new List<string>();
        await foreach (var blob in Sources.GetBlobsAsync(new GetBlobsOptions { States = BlobStates.Uncommitted }, CancellationToken))
        {
            if (!blob.Name.EndsWith(".json", StringComparison.Ordinal) && !blob.Name.EndsWith(".lease", StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
