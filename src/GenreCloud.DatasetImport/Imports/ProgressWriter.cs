namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Writes how far an import is into its document, a few times a second and beside the work, which does not wait for it.
/// </summary>
internal sealed class ProgressWriter(ImportStore imports, string importId, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private Task _writing = Task.CompletedTask;
    private long _written = time.GetTimestamp();
    private ImportProgress? _latest;

    /// <summary>Notes the progress, and begins to write it if the last write is over and some time ago.</summary>
    public void Post(ImportProgress progress, CancellationToken cancellationToken)
    {
        _latest = progress;
        if (_writing.IsCompletedSuccessfully && time.GetElapsedTime(_written) >= Interval)
        {
            _written = time.GetTimestamp();
            _writing = WriteAsync(progress, cancellationToken);
        }
    }

    /// <summary>Waits for a write that is under way and writes the latest progress.</summary>
    public async Task FlushAsync()
    {
        await _writing;
        if (_latest is { } latest)
        {
            await WriteAsync(latest, CancellationToken.None);
        }
    }

    private Task WriteAsync(ImportProgress progress, CancellationToken cancellationToken) =>
        imports.UpdateAsync(importId, current => current with { Progress = progress }, cancellationToken);
}
