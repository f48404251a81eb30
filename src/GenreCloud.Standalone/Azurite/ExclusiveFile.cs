namespace GenreCloud.Standalone.Azurite;

/// <summary>A lock between processes: a file opened by one of them only. The system releases it when its holder ends, however it ends.</summary>
internal static class ExclusiveFile
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Opens the file, or returns null when another process (or another call in this one) has it open.</summary>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Waits until the file can be opened.</summary>
    public static async Task<FileStream> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryOpen(path) is { } file)
            {
                return file;
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }
}
