namespace GenreCloud.Standalone.Azurite;

/// <summary>The two programs that Azurite needs on this machine.</summary>
internal sealed record NodeTools(string Node, string Npm)
{
    /// <summary>Finds them on PATH.</summary>
    /// <exception cref="AzuriteStartException">One is missing.</exception>
    public static NodeTools Find()
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
            throw new AzuriteStartException(
                $"{missing} The local storage (Azurite) runs on Node.js: install Node.js 20 or newer with npm, " +
                "or set ConnectionStrings:blobs and ConnectionStrings:queues (environment: ConnectionStrings__blobs, " +
                "ConnectionStrings__queues) to a storage account; then no Node.js is needed.");
        }

        return new NodeTools(node, npm);
    }

    private static string? FindOnPath(string fileName) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);
}
