using System.Runtime.InteropServices;

namespace GenreCloud.Audio.Ffmpeg;

/// <summary>What the system lets a child process use, on Linux; elsewhere only its time and its output are limited, by its parent.</summary>
internal static class ProcessLimits
{
    // Numbers of <sys/resource.h>, the same on x64 and ARM64.
    private const int CpuSeconds = 0;
    private const int FileBytes = 1;
    private const int CoreBytes = 4;
    private const int AddressSpaceBytes = 9;

    /// <summary>Limits a process that has just been started and waits for its input; it cannot raise them again.</summary>
    /// <param name="processId">A process of the same user.</param>
    /// <param name="memoryBytes">Its address space.</param>
    /// <param name="cpuTime">Of all its threads, rounded up to seconds.</param>
    public static void Apply(int processId, long memoryBytes, TimeSpan cpuTime)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return;
        }

        Set(processId, AddressSpaceBytes, (ulong)memoryBytes);
        Set(processId, CpuSeconds, (ulong)Math.Ceiling(cpuTime.TotalSeconds));
        Set(processId, FileBytes, 0);
        Set(processId, CoreBytes, 0);
    }

    private static void Set(int processId, int resource, ulong value)
    {
        // It may have ended already, as it does where a library of it is missing.
        const int noSuchProcess = 3;
        var limit = new Limit(value, value);
        if (prlimit(processId, resource, in limit, 0) != 0 && Marshal.GetLastPInvokeError() != noSuchProcess)
        {
            throw new InvalidOperationException($"Limit {resource} of process {processId} could not be set: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prlimit(int pid, int resource, in Limit newLimit, nint oldLimit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
