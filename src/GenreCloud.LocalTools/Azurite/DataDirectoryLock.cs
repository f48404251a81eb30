using System.Diagnostics;
using System.Globalization;

namespace GenreCloud.LocalTools.Azurite;

/// <summary>
/// Keeps two Azurites from writing to one data directory. The lock belongs to the process that starts Azurite; because
/// Azurite outlives a killed parent for the moment it needs to save, the lock file also names Azurite's process.
/// </summary>
public sealed class DataDirectoryLock : IAsyncDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory, after the Azurite of an earlier holder has ended.</summary>
    /// <param name="directory">The full path of a directory that is there.</param>
    /// <param name="choice">What users choose another directory with, as the message for one in use names it.</param>
    /// <param name="timeout">How long that Azurite may take to end.</param>
    /// <exception cref="LocalToolException">
    /// Another live process has it, its lock file cannot be opened, or the earlier Azurite does not end.
    /// </exception>
    public static async Task<DataDirectoryLock> AcquireAsync(
        string directory, string choice, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = ExclusiveFile.TryOpen(Path.Combine(directory, "genrecloud.lock"))
            ?? throw new LocalToolException(
                $"The data directory '{directory}' is in use by another running GenreCloud. Stop that one, or choose another directory ({choice}).");
        try
        {
            await WaitForPredecessorAsync(file, directory, timeout, time, cancellationToken);
            return new DataDirectoryLock(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Records the Azurite that now writes to the directory, unless it has ended already.</summary>
    public async Task RecordAsync(int processId, CancellationToken cancellationToken)
    {
        DateTime startTime;
        try
        {
            using var azurite = Process.GetProcessById(processId);
            startTime = azurite.StartTime.ToUniversalTime();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return;
        }

        var line = string.Create(CultureInfo.InvariantCulture, $"{processId} {startTime.Ticks}");
        _file.SetLength(0);
        await _file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line), cancellationToken);
        await _file.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async Task WaitForPredecessorAsync(
        FileStream file, string directory, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var parts = (await reader.ReadToEndAsync(cancellationToken)).Split(' ');
        if (parts.Length != 2
            || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var startTicks))
        {
            return;
        }

        try
        {
            using var predecessor = Process.GetProcessById(id);

            // The system reuses process ids; the start time tells whether this one is still Azurite.
            var startedApart = predecessor.StartTime.ToUniversalTime() - new DateTime(startTicks, DateTimeKind.Utc);
            if (startedApart.Duration() < TimeSpan.FromSeconds(1))
            {
                await predecessor.WaitForExitAsync(cancellationToken).WaitAsync(timeout, time, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
        catch (TimeoutException exception)
        {
            throw new LocalToolException(
                $"The data directory '{directory}' is still being written by Azurite, process {id}, whose parent has ended. End that process and try again.",
                exception);
        }
    }
}
