using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>Reads one complete dataset version. Safe for concurrent use.</summary>
public sealed class DatasetReader
{
    private readonly BlobContainerClient _container;

    internal DatasetReader(BlobContainerClient container, ReadOnlyMemory<byte> manifest)
    {
        _container = container;
        Manifest = DatasetManifest.Parse(manifest);
        ManifestSha256 = Convert.ToHexStringLower(SHA256.HashData(manifest.Span));
    }

    public DatasetManifest Manifest { get; }

    /// <summary>SHA-256 of manifest.json in lower-case hexadecimal, which stands for the content of the whole version.</summary>
    public string ManifestSha256 { get; }

    /// <summary>All samples, in the order of the shards.</summary>
    /// <exception cref="DatasetException">The table is not the one that the manifest names, or is no longer there.</exception>
    public async Task<IReadOnlyList<Sample>> ReadSamplesAsync(CancellationToken cancellationToken)
    {
        BlobDownloadResult table = await FoundAsync(() => Blob(DatasetPaths.SamplesFile).DownloadContentAsync(cancellationToken));
        if (Convert.ToHexStringLower(SHA256.HashData(table.Content.ToMemory().Span)) != Manifest.SamplesSha256)
        {
            throw new DatasetException($"The table of samples of '{Manifest.Name}' version {Manifest.Version} is damaged: import the dataset again.");
        }

        return await SampleTable.ReadAsync(table.Content.ToStream(), cancellationToken);
    }

    /// <summary>The PNG of one sample, by one range read.</summary>
    /// <exception cref="DatasetException">The shard is no longer there.</exception>
    public async Task<byte[]> ReadPngAsync(Sample sample, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(sample.Offset, sample.Length) };
        BlobDownloadResult png = await FoundAsync(() => Blob(Manifest.Shards[sample.Shard].File).DownloadContentAsync(options, cancellationToken));
        return png.Content.ToArray();
    }

    /// <summary>A shard from its start to its end.</summary>
    /// <param name="shard">Index into the manifest's shards.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="DatasetException">The shard is no longer there.</exception>
    public async Task<Stream> OpenShardAsync(int shard, CancellationToken cancellationToken)
    {
        BlobDownloadStreamingResult download =
            await FoundAsync(() => Blob(Manifest.Shards[shard].File).DownloadStreamingAsync(cancellationToken: cancellationToken));
        return download.Content;
    }

    /// <summary>What the import left out, in its order.</summary>
    public async IAsyncEnumerable<QuarantineEntry> ReadQuarantineAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlobDownloadStreamingResult download = await Blob(DatasetPaths.QuarantineFile).DownloadStreamingAsync(cancellationToken: cancellationToken);
        using var lines = new StreamReader(download.Content);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize<QuarantineEntry>(line, GenreCloudJson.Options)
                ?? throw new DatasetException("A line of the quarantine is empty.");
        }
    }

    internal DatasetException Damaged(int shard, Exception? innerException = null) => new(
        $"{Manifest.Shards[shard].File} of '{Manifest.Name}' version {Manifest.Version} is damaged: import the dataset again.", innerException);

    /// <summary>A file that the manifest names was there when the manifest was written: asking again does not bring it back.</summary>
    private async Task<T> FoundAsync<T>(Func<Task<T>> download)
    {
        try
        {
            return await download();
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            throw new DatasetException(
                $"'{Manifest.Name}' version {Manifest.Version} is no longer there, or not all of it: it was deleted. Import the dataset again.", exception);
        }
    }

    private BlobClient Blob(string file) => _container.GetBlobClient(DatasetPaths.Of(Manifest.Name, Manifest.Version, file));
}
