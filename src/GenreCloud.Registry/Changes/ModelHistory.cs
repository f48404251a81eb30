using Azure.Storage.Blobs.Specialized;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>history.jsonl of one model, which only grows.</summary>
internal sealed class ModelHistory(AppendBlobClient blob)
{
    public const string FileName = "history.jsonl";

    private readonly AppendLog<ModelChange> _log = new(blob);

    /// <summary>All changes, oldest first. One that was written down twice, by its mover and by who found it unwritten, is told once.</summary>
    public async Task<IReadOnlyList<ModelChange>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await _log.ReadAsync(0, cancellationToken)).Records.DistinctBy(change => change.Id ?? (object)change)];

    /// <inheritdoc cref="ModelRegistry.ReadHistoryAsync"/>
    public Task<AppendLogPage<ModelChange>> ReadAsync(long offset, CancellationToken cancellationToken) => _log.ReadAsync(offset, cancellationToken);

    public Task AppendAsync(ModelChange change, CancellationToken cancellationToken) => _log.AppendAsync(change, cancellationToken);

    /// <summary>Writes a change down whose mover may not have lived to do it.</summary>
    public async Task EnsureAsync(ModelChange? change, CancellationToken cancellationToken)
    {
        if (change is not null && (await ReadAsync(cancellationToken)).All(written => written.Id != change.Id))
        {
            await AppendAsync(change, cancellationToken);
        }
    }
}
