namespace GenreCloud.AppHost.Storage;

/// <summary>
/// The folder that Azurite writes to, held for as long as the app host runs: two Azurites on one folder would spoil it. The
/// lock file is the one that Standalone uses, so that the two keep each other out too.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(FileStream file) => _lock = file;

    /// <summary>Creates the folder unless it is there, and takes it.</summary>
    /// <exception cref="DistributedApplicationException">Another process has it, or it cannot be written to.</exception>
    public static DataDirectory Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new DataDirectory(new FileStream(
                Path.Combine(path, "genrecloud.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"The data directory '{path}' cannot be used, perhaps because another GenreCloud is running on it: {exception.Message} " +
                "Stop that one, or choose another directory with the setting DataDirectory.",
                exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
