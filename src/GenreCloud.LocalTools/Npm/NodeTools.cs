using System.Diagnostics;

namespace GenreCloud.LocalTools.Npm;

/// <summary>Node.js and npm of this machine.</summary>
/// <param name="Node">The path of <c>node</c>.</param>
/// <param name="Npm">The path of <c>npm</c>.</param>
public sealed record NodeTools(string Node, string Npm)
{
    private const int OldestNode = 20;

    /// <summary>Finds them on PATH.</summary>
    /// <param name="advice">What the user needs Node.js for and can do without it, in whole sentences; ends the message of an error.</param>
    /// <exception cref="LocalToolException">One is missing, or Node.js is too old.</exception>
    public static async Task<NodeTools> FindAsync(string advice, CancellationToken cancellationToken)
    {
        var install = $"Install Node.js {OldestNode} or newer with npm. {advice}";
        var node = ProgramOnPath.Find("node");
        var npm = ProgramOnPath.Find("npm", windowsExtension: ".cmd");
        if (node is null || npm is null)
        {
            var missing = (node, npm) switch
            {
                (null, null) => "Neither 'node' nor 'npm' was found on PATH.",
                (null, _) => "'node' was not found on PATH.",
                _ => "'npm' was not found on PATH.",
            };
            throw new LocalToolException($"{missing} {install}");
        }

        var version = await ReadVersionAsync(node, install, cancellationToken);
        return version.Major >= OldestNode ? new NodeTools(node, npm) : throw new LocalToolException($"'{node}' is Node.js {version}. {install}");
    }

    private static async Task<Version> ReadVersionAsync(string node, string install, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(node, ["--version"]) { RedirectStandardOutput = true })
            ?? throw new LocalToolException($"'{node}' could not be started. {install}");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        // "v20.20.2"; nightly builds append to it.
        return Version.TryParse(output.Trim().TrimStart('v').Split('-')[0], out var version)
            ? version
            : throw new LocalToolException($"'{node} --version' answers '{output.Trim()}', which is no version of Node.js. {install}");
    }
}
