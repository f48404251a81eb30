using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>
/// Writes one dataset version: pictures stream into shards as they come, the manifest comes last and makes the version visible. Disposed before
/// <see cref="CompleteAsync"/>, it leaves nothing that a reader would see. No file is ever overwritten, so that a writer that was given up for dead
/// cannot change a complete version; an import that starts again reserves a new number. Not for concurrent use.
/// </summary>
public sealed class DatasetWriter : IAsyncDisposable
{
    /// <summary>What a blob's write stream holds before it sends a block.</summary>
    private const int BlockBytes = 8 << 20;

    private readonly BlobContainerClient _container;
    private readonly DatasetReservation _reservation;
    private readonly DatasetWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly ShardWriter _shards;
    private readonly List<Sample> _samples = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _quarantined = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _unreadable = new(StringComparer.Ordinal);
    private Stream? _quarantine;
    private bool _isComplete;

    internal DatasetWriter(BlobContainerClient container, DatasetReservation reservation, DatasetWriterOptions options, TimeProvider time)
    {
        _container = container;
        _reservation = reservation;
        _options = options;
        _time = time;
        _shards = new ShardWriter((shard, cancellationToken) => OpenAsync(ShardDescription.FileOf(shard), cancellationToken), options.ShardTargetBytes);
    }

    /// <summary>Appends one picture.</summary>
    /// <param name="description">What the source says of it.</param>
    /// <param name="png">8-bit gray, 1292x128; not checked again here.</param>
    /// <param name="pixelsSha256"><see cref="Sample.HashPixels"/> of the decoded picture.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    /// <exception cref="ArgumentException">The id is not valid, or the version has it already.</exception>
    /// <exception cref="DatasetException">The version has another writer.</exception>
    public async Task AddAsync(SampleDescription description, ReadOnlyMemory<byte> png, string pixelsSha256, CancellationToken cancellationToken)
    {
        SampleId.ThrowIfInvalid(description.Id);
        if (!_ids.Add(description.Id))
        {
            throw new ArgumentException($"There is already a sample with the id '{description.Id}'.", nameof(description));
        }

        var location = await _shards.AddAsync(description.Id, png, cancellationToken);
        _samples.Add(new Sample(description)
        {
            Shard = location.Shard,
            Offset = location.Offset,
            Length = location.Length,
            PixelsSha256 = pixelsSha256,
        });
    }

    /// <summary>Counts a sample whose field in a tabular column was no number that the column can have.</summary>
    public void CountUnreadable(string column) => _unreadable[column] = _unreadable.GetValueOrDefault(column) + 1;

    /// <summary>Records what is left out, and why.</summary>
    public async Task QuarantineAsync(QuarantineEntry entry, CancellationToken cancellationToken)
    {
        _quarantine ??= await OpenAsync(DatasetPaths.QuarantineFile, cancellationToken);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, GenreCloudJson.Options), (byte)'\n'];
        await _quarantine.WriteAsync(line, cancellationToken);
        _quarantined[entry.Reason] = _quarantined.GetValueOrDefault(entry.Reason) + 1;
    }

    /// <summary>Writes what is left, the manifest last.</summary>
    /// <exception cref="DatasetException">There is no sample, or the version has another writer.</exception>
    public async Task<DatasetManifest> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_samples.Count == 0)
        {
            throw new DatasetException("The dataset would be empty: no picture of the source was accepted. The quarantine says why.");
        }

        var shards = await _shards.CompleteAsync(cancellationToken);
        _quarantine ??= await OpenAsync(DatasetPaths.QuarantineFile, cancellationToken);
        await _quarantine.DisposeAsync();
        var samplesSha256 = await WriteSamplesAsync(cancellationToken);

        var samplesPerLabel = new SortedDictionary<string, int>(
            _samples.CountBy(sample => sample.Label).ToDictionary(), StringComparer.Ordinal);
        var manifest = new DatasetManifest
        {
            SchemaVersion = DatasetManifest.CurrentSchemaVersion,
            Name = _reservation.Name,
            Version = _reservation.Version,
            Profile = _options.Profile,
            LabelRules = _options.LabelRules,
            Source = _options.Source,
            LabelSource = _options.LabelSource,
            Labels = [.. samplesPerLabel.Keys],
            SamplesPerLabel = samplesPerLabel,
            Samples = _samples.Count,
            MajorityClassAccuracy = (double)samplesPerLabel.Values.Max() / _samples.Count,
            Tabular = TabularColumn.Describe(_samples),
            UnreadableValues = _unreadable,
            Shards = shards,
            SamplesSha256 = samplesSha256,
            Quarantined = _quarantined,
            Producer = _options.Producer,
            Created = _time.GetUtcNow(),
        };
        try
        {
            await Blob(DatasetPaths.ManifestFile).CreateJsonAsync(manifest, cancellationToken);
        }
        catch (BlobAlreadyExistsException exception)
        {
            throw AlreadyWritten(exception);
        }

        _isComplete = true;
        return manifest;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _shards.DisposeAsync();
            if (_quarantine is not null)
            {
                await _quarantine.DisposeAsync();
            }
        }
        catch (Exception exception) when (!_isComplete && exception is RequestFailedException or AggregateException)
        {
            // The streams try to keep what they hold; of a version that is given up, nobody will read it.
        }
    }

    private DatasetException AlreadyWritten(Exception exception)
        => new($"Version {_reservation.Version} of the dataset '{_reservation.Name}' has another writer or is complete: reserve a new version.", exception);

    private BlobClient Blob(string file) => _container.GetBlobClient(DatasetPaths.Of(_reservation.Name, _reservation.Version, file));

    private async Task<Stream> OpenAsync(string file, CancellationToken cancellationToken)
    {
        // The SDK insists on "overwrite"; the condition forbids it.
        var options = new BlockBlobOpenWriteOptions
        {
            BufferSize = BlockBytes,
            OpenConditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            return await _container.GetBlockBlobClient(Blob(file).Name).OpenWriteAsync(overwrite: true, options, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            throw AlreadyWritten(exception);
        }
    }

    private async Task<string> WriteSamplesAsync(CancellationToken cancellationToken)
    {
        using var table = new MemoryStream();
        await SampleTable.WriteAsync(table, _samples, cancellationToken);
        table.Position = 0;
        await using (var blob = await OpenAsync(DatasetPaths.SamplesFile, cancellationToken))
        {
            await table.CopyToAsync(blob, cancellationToken);
        }

        return Convert.ToHexStringLower(SHA256.HashData(table.GetBuffer().AsSpan(0, (int)table.Length)));
    }
}
