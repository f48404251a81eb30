using System.Diagnostics;
using System.Runtime.InteropServices;
using GenreCloud.LocalTools.Npm;

namespace GenreCloud.LocalTools.AspireDashboard;

/// <summary>The Aspire command line, which brings the dashboard.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Home">Where it unpacks what it brings; null = its default, the user's <c>~/.aspire</c>.</param>
internal sealed record AspireCli(string Program, string? Home)
{
    private const string Package = "@microsoft/aspire-cli-linux-x64";

    private const string Advice = "The Aspire dashboard is only an extra: GenreCloud starts without --dashboard.";

    /// <summary>
    /// The one that the lock file pins where it is made for this system (Linux on x64 with glibc), installed when that was not
    /// done before; otherwise <c>aspire</c> on PATH.
    /// </summary>
    /// <exception cref="LocalToolException">There is none; the message says what to install.</exception>
    public static async Task<AspireCli> FindAsync(
        NodeTools tools, string packageDirectory, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64)
        {
            var packages = new NpmPackages(tools, packageDirectory, time, logger);
            if (await packages.EnsureInstalledWithAsync(Package, Advice, cancellationToken) is { } modules)
            {
                // A home of its own: the CLI would exchange what another version, the user's, has unpacked.
                return new AspireCli(Path.Combine(modules, Package, "bin", "aspire"), Path.Combine(Path.GetDirectoryName(modules)!, "aspire"));
            }
        }

        const string Install = "Install the Aspire CLI 13 (https://aspire.dev/get-started/install-cli/) so that `aspire` is found on PATH.";
        var program = ProgramOnPath.Find("aspire")
            ?? throw new LocalToolException($"npm did not install the package of the Aspire dashboard (there is one for Linux on x64), and no 'aspire' was found on PATH. {Install} {Advice}");
        var version = await ReadVersionAsync(program, cancellationToken);
        return version.StartsWith("13.", StringComparison.Ordinal)
            ? new AspireCli(program, null)
            : throw new LocalToolException($"'{program} --version' answers '{version}', which is not Aspire 13. {Install} {Advice}");
    }

    /// <summary>What this command line gets to see besides its arguments.</summary>
    public IReadOnlyDictionary<string, string?> Environment()
    {
        var environment = new Dictionary<string, string?>
        {
            ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true",
            ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
            ["NO_COLOR"] = "1",
            ["NODE_OPTIONS"] = null,
        };
        if (Home is not null)
        {
            environment["ASPIRE_HOME"] = Home;
        }

        return environment;
    }

    private static async Task<string> ReadVersionAsync(string program, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, ["--version"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new LocalToolException($"'{program}' could not be started. {Advice}");
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return output.Trim();
    }
}
