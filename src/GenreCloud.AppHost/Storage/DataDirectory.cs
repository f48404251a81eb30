using GenreCloud.LocalTools;
using GenreCloud.LocalTools.Azurite;

namespace GenreCloud.AppHost.Storage;

/// <summary>
/// The folder that Azurite writes to, held for as long as the app host runs: two Azurites on one folder would spoil it. The
/// lock is the one that Standalone uses, so that the two keep each other out too.
/// </summary>
/// <param name="path">A full path.</param>
internal sealed class DataDirectory(string path) : IAsyncDisposable
{
    /// <summary>For the orchestrator to notice that the app host was killed, and for Azurite to save.</summary>
    private static readonly TimeSpan PredecessorTimeout = TimeSpan.FromSeconds(60);

    private DataDirectoryLock? _lock;

    /// <summary>Creates the folder unless it is there, and takes it, after the Azurite of an app host that was killed has ended.</summary>
    /// <exception cref="DistributedApplicationException">Another GenreCloud has it, or it cannot be written to.</exception>
    public async Task TakeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(path);
            _lock = await DataDirectoryLock.AcquireAsync(path, "the setting DataDirectory", PredecessorTimeout, time, cancellationToken);
        }
        catch (LocalToolException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"The data directory '{path}' cannot be used: {exception.Message} Choose another one with the setting DataDirectory.", exception);
        }
    }

    /// <summary>Records the Azurite that now writes to the folder.</summary>
    public Task RecordAsync(int processId, CancellationToken cancellationToken) =>
        _lock?.RecordAsync(processId, cancellationToken) ?? throw new InvalidOperationException("The folder has not been taken.");

    public ValueTask DisposeAsync() => _lock?.DisposeAsync() ?? ValueTask.CompletedTask;
}
