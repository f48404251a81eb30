using System.Diagnostics;

namespace GenreCloud.Standalone.Azurite;

/// <summary>The two programs that Azurite needs on this machine.</summary>
internal sealed record NodeTools(string Node, string Npm)
{
    private const int OldestNode = 20;

    private static readonly string Advice =
        $"The local storage (Azurite) runs on Node.js: install Node.js {OldestNode} or newer with npm, " +
        "or set ConnectionStrings:blobs and ConnectionStrings:queues (environment: ConnectionStrings__blobs, " +
        "ConnectionStrings__queues) to a storage account; then no Node.js is needed.";

    /// <summary>Finds them on PATH.</summary>
    /// <exception cref="AzuriteStartException">One is missing, or Node.js is too old.</exception>
    public static async Task<NodeTools> FindAsync(CancellationToken cancellationToken)
    {
        var node = FindOnPath(OperatingSystem.IsWindows() ? "node.exe" : "node");
        var npm = FindOnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
        if (node is null || npm is null)
        {
            var missing = (node, npm) switch
            {
                (null, null) => "Neither 'node' nor 'npm' was found on PATH.",
                (null, _) => "'node' was not found on PATH.",
                _ => "'npm' was not found on PATH.",
            };
            throw new AzuriteStartException($"{missing} {Advice}");
        }

        var version = await ReadVersionAsync(node, cancellationToken);
        return version.Major >= OldestNode ? new NodeTools(node, npm) : throw new AzuriteStartException($"'{node}' is Node.js {version}. {Advice}");
    }

    private static async Task<Version> ReadVersionAsync(string node, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(node, ["--version"]) { RedirectStandardOutput = true })
            ?? throw new AzuriteStartException($"'{node}' could not be started. {Advice}");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        // "v20.20.2"; nightly builds append to it.
        return Version.TryParse(output.Trim().TrimStart('v').Split('-')[0], out var version)
            ? version
            : throw new AzuriteStartException($"'{node} --version' answers '{output.Trim()}', which is no version of Node.js. {Advice}");
    }

    private static string? FindOnPath(string fileName) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);
}
