using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>How often a source is asked again, and when.</summary>
/// <param name="retryDelay">The first pause.</param>
/// <param name="maxRetryAfter">See <see cref="DatasetImportOptions.MaxRetryAfter"/>.</param>
/// <param name="time">Measures the pauses.</param>
internal sealed class SourcePatience(TimeSpan retryDelay, TimeSpan maxRetryAfter, TimeProvider time)
{
    /// <summary>So many failures in a row without a byte in between are taken; with half a second to begin with they span 15 seconds.</summary>
    private const int Retries = 5;

    private int _failures;
    private long _most;

    /// <summary>Notes that something has come.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Passes progress on, and takes each byte beyond those of earlier attempts as something that has come.</summary>
    public Action<long, long?> Watch(Action<long, long?> onProgress) => (bytes, all) =>
    {
        if (bytes > _most)
        {
            _most = bytes;
            Reset();
        }

        onProgress(bytes, all);
    };

    /// <summary>Waits until the source may be asked again.</summary>
    /// <exception cref="ImportFailedException">It has failed too often, or wants to be left alone for too long.</exception>
    public async Task WaitAsync(SourceInterruptedException interruption, CancellationToken cancellationToken)
    {
        if (interruption.RetryAfter > maxRetryAfter)
        {
            throw interruption.AsFailure(
                $"It asks to come back in {interruption.RetryAfter.Value.TotalSeconds:N0} seconds, and {maxRetryAfter.TotalSeconds:N0} are waited (DatasetImport:MaxRetryAfter).");
        }

        if (_failures == Retries)
        {
            throw interruption.AsFailure();
        }

        await Task.Delay(interruption.RetryAfter ?? (retryDelay * (1 << _failures)), time, cancellationToken);
        _failures++;
    }
}
