using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>
/// The files of a reserved version, each written once and by whoever comes first: two writers of the same content are as good as one, and of
/// two that differ the second is refused.
/// </summary>
internal sealed class DatasetVersionFiles(BlobContainerClient container, DatasetReservation reservation, TimeProvider time)
{
    private const int ShardsAtATime = 8;

    /// <summary>Of a sample in samples.parquet, some more than most take: a stream that grows copies itself and leaves its former self to the collector.</summary>
    private const int UsualRowBytes = 256;

    /// <summary>Writes shards, beginning with this number.</summary>
    public ShardWriter OpenShards(long targetBytes, int first) => new(
        (shard, _) => Task.FromResult<Stream>(Create(ShardDescription.FileOf(shard), "application/x-tar")), CommitAsync, targetBytes, first);

    /// <summary>Takes a shard of another version into this one, without moving its bytes through this process.</summary>
    /// <param name="version">The other version of the same dataset.</param>
    /// <param name="file">The shard there.</param>
    /// <param name="shard">Its number here.</param>
    public Task CopyShardAsync(int version, string file, int shard, CancellationToken cancellationToken) => BlobCopy.CopyOnceAsync(
        container.GetBlockBlobClient(DatasetPaths.Of(reservation.Name, version, file)), Blob(ShardDescription.FileOf(shard)), time, cancellationToken);

    /// <summary>Writes everything but the shards, the manifest last.</summary>
    /// <exception cref="DatasetException">There is no sample, or the version has another writer.</exception>
    public async Task<DatasetManifest> CompleteAsync(DatasetContent content, DatasetWriterOptions options, CancellationToken cancellationToken)
    {
        if (content.Samples.Count == 0)
        {
            throw new DatasetException("The dataset would be empty: no picture of the source was accepted. The quarantine says why.");
        }

        await RequireShardsAsync(content.Shards, cancellationToken);
        var quarantined = await WriteQuarantineAsync(content.Quarantine, cancellationToken);
        var samplesSha256 = await WriteSamplesAsync(content.Samples, cancellationToken);
        var samplesPerLabel = new SortedDictionary<string, int>(
            content.Samples.CountBy(sample => sample.Label).ToDictionary(), StringComparer.Ordinal);
        var manifest = new DatasetManifest
        {
            SchemaVersion = DatasetManifest.CurrentSchemaVersion,
            Name = reservation.Name,
            Version = reservation.Version,
            Profile = options.Profile,
            LabelRules = options.LabelRules,
            Source = options.Source,
            LabelSource = options.LabelSource,
            FurtherSources = options.FurtherSources,
            BaseVersion = options.BaseVersion,
            Labels = [.. samplesPerLabel.Keys],
            SamplesPerLabel = samplesPerLabel,
            Samples = content.Samples.Count,
            MajorityClassAccuracy = (double)samplesPerLabel.Values.Max() / content.Samples.Count,
            Tabular = TabularColumn.Describe(content.Samples),
            UnreadableValues = content.UnreadableValues,
            Shards = content.Shards,
            SamplesSha256 = samplesSha256,
            Quarantined = quarantined,
            Flagged = new SortedDictionary<string, int>(
                content.Samples.SelectMany(sample => sample.Flags).CountBy(flag => flag).ToDictionary(), StringComparer.Ordinal),
            Producer = options.Producer,
            Created = reservation.Reserved,
        };
        await using var file = Create(DatasetPaths.ManifestFile, "application/json");
        await file.WriteAsync(manifest.ToJson(), cancellationToken);
        await CommitAsync(file, cancellationToken);
        return manifest;
    }

    /// <summary>What wrote them may have been long ago, and an unfinished version's files are not kept for ever.</summary>
    private async Task RequireShardsAsync(IReadOnlyList<ShardDescription> shards, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            shards,
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtATime, CancellationToken = cancellationToken },
            async (shard, stopping) =>
            {
                try
                {
                    if ((await Blob(shard.File).GetPropertiesAsync(cancellationToken: stopping)).Value.ContentLength == shard.Bytes)
                    {
                        return;
                    }
                }
                catch (RequestFailedException exception) when (exception.Status == 404)
                {
                    // It is told below.
                }

                throw new DatasetException(
                    $"{shard.File} of '{reservation.Name}' version {reservation.Version} is not there as it was written: import the dataset again.");
            });
    }

    private async Task<SortedDictionary<string, int>> WriteQuarantineAsync(IAsyncEnumerable<QuarantineEntry> entries, CancellationToken cancellationToken)
    {
        var byReason = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await using var file = Create(DatasetPaths.QuarantineFile, "application/x-ndjson");
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, GenreCloudJson.Options), (byte)'\n'];
            await file.WriteAsync(line, cancellationToken);
            byReason[entry.Reason] = byReason.GetValueOrDefault(entry.Reason) + 1;
        }

        await CommitAsync(file, cancellationToken);
        return byReason;
    }

    private async Task<string> WriteSamplesAsync(IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        using var table = new MemoryStream(samples.Count * UsualRowBytes);
        await SampleTable.WriteAsync(table, samples, cancellationToken);
        await using var file = Create(DatasetPaths.SamplesFile, "application/vnd.apache.parquet");
        await file.WriteAsync(table.GetBuffer().AsMemory(0, (int)table.Length), cancellationToken);
        return await CommitAsync(file, cancellationToken);
    }

    private async Task<string> CommitAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            return await ((NewBlobStream)file).CommitAsync(cancellationToken);
        }
        catch (BlobAlreadyExistsException exception)
        {
            throw new DatasetException(
                $"Version {reservation.Version} of the dataset '{reservation.Name}' has another writer or is complete: reserve a new version.", exception);
        }
    }

    private NewBlobStream Create(string file, string contentType) => new(Blob(file), contentType);

    private BlockBlobClient Blob(string file) => container.GetBlockBlobClient(DatasetPaths.Of(reservation.Name, reservation.Version, file));
}
