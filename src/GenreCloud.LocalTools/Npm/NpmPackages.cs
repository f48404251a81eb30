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

    /// <summary>Installs the packages, without the optional ones, unless that was done before.</summary>
    /// <param name="advice">What the user can do when that fails, in whole sentences.</param>
    /// <returns>The path of <c>node_modules</c>.</returns>
    /// <exception cref="LocalToolException">npm failed; the message has its last words.</exception>
    internal async Task<string> EnsureInstalledAsync(string advice, CancellationToken cancellationToken)
    {
        var lockFile = await LockFile.ReadAsync(cancellationToken);
        var (required, all) = (FolderOf(lockFile, withOptional: false), FolderOf(lockFile, withOptional: true));

        // Who has everything needs nothing twice.
        var folder = !IsComplete(required) && IsComplete(all) ? all : required;
        await EnsureInstalledAsync(lockFile, folder, "Azurite, the local storage,", ["--omit=optional"], null, advice, cancellationToken);
        return ModulesOf(folder);
    }

    /// <summary>Installs the packages, the optional ones too, unless that was done before.</summary>
    /// <param name="optional">The optional package that is wanted.</param>
    /// <param name="advice">What the user can do when that fails, in whole sentences.</param>
    /// <returns>The path of <c>node_modules</c>; null when npm left the package out, as it does where this system cannot run it.</returns>
    /// <exception cref="LocalToolException">npm failed; the message has its last words.</exception>
    internal async Task<string?> EnsureInstalledWithAsync(string optional, string advice, CancellationToken cancellationToken)
    {
        var lockFile = await LockFile.ReadAsync(cancellationToken);
        var folder = FolderOf(lockFile, withOptional: true);
        return await EnsureInstalledAsync(lockFile, folder, "Azurite and the Aspire dashboard", [], optional, advice, cancellationToken)
            ? ModulesOf(folder)
            : null;
    }

    private async Task<bool> EnsureInstalledAsync(
        LockFile lockFile, string folder, string what, IEnumerable<string> options, string? optional, string advice, CancellationToken cancellationToken)
    {
        if (IsComplete(folder))
        {
            return true;
        }

        Directory.CreateDirectory(folder);
        await using var installing = await ExclusiveFile.OpenAsync(Path.Combine(folder, ".install.lock"), _time, cancellationToken);
        if (IsComplete(folder))
        {
            return true;
        }

        File.Copy(Path.Combine(LockFile.Directory, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        await File.WriteAllBytesAsync(Path.Combine(folder, LockFile.Name), lockFile.Content, cancellationToken);
        LogInstalling(_logger, what, folder);
        var started = _time.GetTimestamp();
        await RunNpmAsync(folder, options, advice, cancellationToken);
        if (optional is not null && !Directory.Exists(Path.Combine(ModulesOf(folder), optional)))
        {
            return false;
        }

        await File.WriteAllTextAsync(StampOf(folder), lockFile.Hash, cancellationToken);
        LogInstalled(_logger, _time.GetElapsedTime(started).TotalSeconds);
        return true;
    }

    // Two folders: npm ci begins by deleting node_modules, from which an Azurite may be running that was installed without
    // the optional packages.
    private string FolderOf(LockFile lockFile, bool withOptional) =>
        Path.GetFullPath(Path.Combine(_packageDirectory, lockFile.Hash[..12] + (withOptional ? "-all" : "")));

    private static string ModulesOf(string folder) => Path.Combine(folder, "node_modules");

    private static string StampOf(string folder) => Path.Combine(ModulesOf(folder), ".genrecloud-complete");

    // npm ci deletes the stamp with node_modules: a stamp means that an install came to its end.
    private static bool IsComplete(string folder) => File.Exists(StampOf(folder));

    private async Task RunNpmAsync(string folder, IEnumerable<string> options, string advice, CancellationToken cancellationToken)
    {
        // --ignore-scripts: no package gets to run code at install time, and none of ours needs it.
        var start = new ProcessStartInfo(_tools.Npm, ["ci", "--omit=dev", .. options, "--ignore-scripts", "--no-audit", "--no-fund"])
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

    [LoggerMessage(LogLevel.Information, "Installing {What} into {Folder} (once; about half a minute)")]
    private static partial void LogInstalling(ILogger logger, string what, string folder);

    [LoggerMessage(LogLevel.Information, "Installed in {Seconds:F0} s")]
    private static partial void LogInstalled(ILogger logger, double seconds);

    /// <summary>The lock file beside this library.</summary>
    private sealed record LockFile(byte[] Content, string Hash)
    {
        public const string Name = "package-lock.json";

        public static string Directory => Path.Combine(AppContext.BaseDirectory, "Npm");

        public static async Task<LockFile> ReadAsync(CancellationToken cancellationToken)
        {
            var content = await File.ReadAllBytesAsync(Path.Combine(Directory, Name), cancellationToken);
            return new LockFile(content, Convert.ToHexStringLower(SHA256.HashData(content)));
        }
    }
}
