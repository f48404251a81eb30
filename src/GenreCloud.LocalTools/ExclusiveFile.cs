namespace GenreCloud.LocalTools;

/// <summary>A lock between processes: a file opened by one of them only. The system releases it when its holder ends, however it ends.</summary>
internal static class ExclusiveFile
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Opens the file, or returns null when another process (or another call in this one) has it open.</summary>
    /// <exception cref="LocalToolException">It cannot be opened for another reason, which waiting does not change.</exception>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsInUse(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LocalToolException(
                $"The lock file '{path}' cannot be opened: {exception.Message} Check that its folder is there, can be written to and has room.", exception);
        }
    }

    /// <summary>Waits until the file can be opened.</summary>
    /// <exception cref="LocalToolException">It cannot be opened for another reason than that somebody has it open.</exception>
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

    /// <summary>Whether the system says that somebody else has the file open: what .NET keeps of its error is the HResult.</summary>
    private static bool IsInUse(IOException exception)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        const int lockViolation = unchecked((int)0x80070021);
        const int linuxWouldBlock = 11;
        const int macWouldBlock = 35;
        return OperatingSystem.IsWindows()
            ? exception.HResult is sharingViolation or lockViolation
            : exception.HResult == (OperatingSystem.IsMacOS() ? macWouldBlock : linuxWouldBlock);
    }
}
