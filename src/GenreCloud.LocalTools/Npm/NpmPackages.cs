using System.Diagnostics;
using System.Security.Cryptography;

namespace GenreCloud.LocalTools.Npm;

/// <summary>
/// The npm packages of the <c>package-lock.json</c> beside this library. The lock file pins every package by hash, so what
/// is installed is the same everywhere; the folder is named after it, so a program with another lock file never changes the
/// files of one that is running.
/// </summary>
public sealed partial class NpmPackages
{
    private const string StampName = ".genrecloud-complete";

    private readonly NodeTools _tools;
    private readonly string _packageDirectory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal NpmPackages(NodeTools tools, string packageDirectory, TimeProvider time, ILogger logger)
    {
        _tools = tools;
        _packageDirectory = packageDirectory;
        _time = time;
        _logger = logger;
    }

    /// <summary>Where packages are installed unless told otherwise: a folder of the user's local application data.</summary>
    public static string DefaultDirectory { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "GenreCloud",
        "packages");

    private static string SourceDirectory => Path.Combine(AppContext.BaseDirectory, "Npm");

    /// <summary>Installs the packages unless that was done before.</summary>
    /// <param name="advice">What the user can do when that fails, in whole sentences.</param>
    /// <returns>The path of <c>node_modules</c>.</returns>
    /// <exception cref="LocalToolException">npm failed; the message has its last words.</exception>
    internal async Task<string> EnsureInstalledAsync(string advice, CancellationToken cancellationToken)
    {
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(SourceDirectory, "package-lock.json"), cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(lockFile));
        var folder = Path.GetFullPath(Path.Combine(_packageDirectory, hash[..12]));
        var modules = Path.Combine(folder, "node_modules");

        // npm ci begins by deleting node_modules and with it the stamp: a stamp means that an install came to its end.
        var stamp = Path.Combine(modules, StampName);
        if (File.Exists(stamp))
        {
            return modules;
        }

        Directory.CreateDirectory(folder);
        await using var installing = await ExclusiveFile.OpenAsync(Path.Combine(folder, ".install.lock"), _time, cancellationToken);
        if (File.Exists(stamp))
        {
            return modules;
        }

        File.Copy(Path.Combine(SourceDirectory, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        await File.WriteAllBytesAsync(Path.Combine(folder, "package-lock.json"), lockFile, cancellationToken);
        LogInstalling(_logger, folder);
        var started = _time.GetTimestamp();
        await RunNpmAsync(folder, advice, cancellationToken);
        await File.WriteAllTextAsync(stamp, hash, cancellationToken);
        LogInstalled(_logger, _time.GetElapsedTime(started).TotalSeconds);
        return modules;
    }

    private async Task RunNpmAsync(string folder, string advice, CancellationToken cancellationToken)
    {
        // --ignore-scripts: no package gets to run code at install time, and none of ours needs it.
        var start = new ProcessStartInfo(_tools.Npm, ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)
            ?? throw new LocalToolException($"'{_tools.Npm}' could not be started.");
        npm.StandardInput.Close();
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
            {
                throw new LocalToolException(
                    $"'npm ci' in '{folder}' ended with exit code {npm.ExitCode}. Check that this machine reaches its npm registry " +
                    $"(`npm ping`) and has free disk space. {advice} npm said:{Environment.NewLine}{(await error).Trim()}{Environment.NewLine}{(await output).Trim()}");
            }
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Installing Azurite, the local storage, into {Folder} (once; about half a minute)")]
    private static partial void LogInstalling(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Information, "Azurite installed in {Seconds:F0} s")]
    private static partial void LogInstalled(ILogger logger, double seconds);
}
