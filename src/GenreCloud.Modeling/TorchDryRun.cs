using System.ComponentModel;
using System.Diagnostics;

namespace GenreCloud.Modeling;

/// <summary>
/// Whether libtorch could be loaded, without loading it: half a gigabyte that a process which only starts others has no use for.
/// </summary>
public static class TorchDryRun
{
    /// <summary>
    /// Requires the library's file, and on Linux that the dynamic linker finds everything that it needs, which <c>ldd</c> asks it.
    /// Where there is no <c>ldd</c>, and on other systems, only loading it can tell more.
    /// </summary>
    /// <exception cref="TorchNotLoadedException">It cannot be loaded; the message has the linker's own reason.</exception>
    public static Task RequireLoadableAsync(CancellationToken cancellationToken) =>
        RequireLoadableAsync(Path.Combine(AppContext.BaseDirectory, TorchRuntime.LibraryName), cancellationToken);

    internal static async Task RequireLoadableAsync(string library, CancellationToken cancellationToken)
    {
        if (!File.Exists(library))
        {
            throw TorchNotLoadedException.Missing(library);
        }

        if (OperatingSystem.IsLinux() && await FindMissingAsync(library, cancellationToken) is { } missing)
        {
            throw TorchNotLoadedException.Because(missing);
        }
    }

    /// <returns>The linker's line on the first thing that it does not find, or null.</returns>
    private static async Task<string?> FindMissingAsync(string library, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ldd", [library]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // The messages are looked at, so they must not be translated.
        start.Environment["LC_ALL"] = "C";
        using var ldd = new Process { StartInfo = start };
        try
        {
            ldd.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        // Versions that are missing go to standard error, libraries to standard output; the versions say more.
        var output = ldd.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await ldd.StandardError.ReadToEndAsync(cancellationToken);
        var lines = $"{errors}\n{await output}".Split('\n', StringSplitOptions.TrimEntries);
        await ldd.WaitForExitAsync(cancellationToken);

        // A weak need is one that the linker only warns about.
        return lines.FirstOrDefault(line =>
            line.Contains("not found", StringComparison.Ordinal) && !line.Contains("weak version", StringComparison.Ordinal));
    }
}
