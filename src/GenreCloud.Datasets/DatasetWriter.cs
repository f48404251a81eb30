using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets;

/// <summary>
/// Writes one dataset version in sequence: pictures stream into shards as they come, the manifest comes last and makes the version visible.
/// Disposed before <see cref="CompleteAsync"/>, it leaves nothing that a reader would see. No file is ever overwritten. Not for concurrent use;
/// <see cref="DatasetStore.OpenShard"/> and <see cref="DatasetStore.CompleteAsync"/> are for several writers of one version.
/// </summary>
public sealed class DatasetWriter : IAsyncDisposable
{
    private readonly DatasetVersionFiles _files;
    private readonly DatasetWriterOptions _options;
    private readonly ShardWriter _shards;
    private readonly List<Sample> _samples = [];
    private readonly List<QuarantineEntry> _quarantine = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _unreadable = new(StringComparer.Ordinal);

    internal DatasetWriter(DatasetVersionFiles files, DatasetWriterOptions options)
    {
        _files = files;
        _options = options;
        _shards = files.OpenShards(options.ShardTargetBytes, first: 0);
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
    public void Quarantine(QuarantineEntry entry) => _quarantine.Add(entry);

    /// <summary>Writes what is left, the manifest last.</summary>
    /// <exception cref="DatasetException">There is no sample, or the version has another writer.</exception>
    public async Task<DatasetManifest> CompleteAsync(CancellationToken cancellationToken)
    {
        var content = new DatasetContent
        {
            Shards = await _shards.CompleteAsync(cancellationToken),
            Samples = _samples,
            Quarantine = _quarantine.ToAsyncEnumerable(),
            UnreadableValues = _unreadable,
        };
        return await _files.CompleteAsync(content, _options, cancellationToken);
    }

    public ValueTask DisposeAsync() => _shards.DisposeAsync();
}
