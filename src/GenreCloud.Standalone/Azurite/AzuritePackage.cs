using System.Diagnostics;
using System.Security.Cryptography;

namespace GenreCloud.Standalone.Azurite;

/// <summary>
/// Azurite as an npm package, installed from the <c>package-lock.json</c> beside this program. The lock file pins every
/// package by hash, so what is installed is the same everywhere; the folder is named after it, so a version of this program
/// with another lock file never changes the files of one that is running.
/// </summary>
internal sealed partial class AzuritePackage(NodeTools tools, string packageDirectory, TimeProvider time, ILogger logger)
{
    private const string StampName = ".genrecloud-complete";

    private static string SourceDirectory => Path.Combine(AppContext.BaseDirectory, "Azurite");

    /// <summary>The script that ends Azurite with the process that started it.</summary>
    public static string PreloadScript => Path.Combine(SourceDirectory, "exit-with-parent.cjs");

    /// <summary>Installs the package unless that was done before.</summary>
    /// <returns>The path of Azurite's main script.</returns>
    /// <exception cref="AzuriteStartException">npm failed; the message has its last words.</exception>
    public async Task<string> EnsureInstalledAsync(CancellationToken cancellationToken)
    {
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(SourceDirectory, "package-lock.json"), cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(lockFile));
        var folder = Path.GetFullPath(Path.Combine(packageDirectory, hash[..12]));
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");

        // npm ci begins by deleting node_modules and with it the stamp: a stamp means that an install came to its end.
        var stamp = Path.Combine(folder, "node_modules", StampName);
        if (File.Exists(stamp))
        {
            return script;
        }

        Directory.CreateDirectory(folder);
        await using var installing = await ExclusiveFile.OpenAsync(Path.Combine(folder, ".install.lock"), time, cancellationToken);
        if (File.Exists(stamp))
        {
            return script;
        }

        File.Copy(Path.Combine(SourceDirectory, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        await File.WriteAllBytesAsync(Path.Combine(folder, "package-lock.json"), lockFile, cancellationToken);
        LogInstalling(logger, folder);
        var started = time.GetTimestamp();
        await RunNpmAsync(folder, cancellationToken);
        if (!File.Exists(script))
        {
            throw new AzuriteStartException($"npm ci succeeded in '{folder}', but '{script}' is not there. Delete that folder and try again.");
        }

        await File.WriteAllTextAsync(stamp, hash, cancellationToken);
        LogInstalled(logger, time.GetElapsedTime(started).TotalSeconds);
        return script;
    }

    private async Task RunNpmAsync(string folder, CancellationToken cancellationToken)
    {
        // --ignore-scripts: no package gets to run code at install time, and Azurite needs none of it.
        var start = new ProcessStartInfo(tools.Npm, ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)
            ?? throw new AzuriteStartException($"'{tools.Npm}' could not be started.");
        npm.StandardInput.Close();
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
            {
                throw new AzuriteStartException(
                    $"'npm ci' in '{folder}' ended with exit code {npm.ExitCode}. Check that this machine reaches its npm registry " +
                    "(`npm ping`) and has free disk space, or set ConnectionStrings:blobs and ConnectionStrings:queues to a storage " +
                    $"account. npm said:{Environment.NewLine}{(await error).Trim()}{Environment.NewLine}{(await output).Trim()}");
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
