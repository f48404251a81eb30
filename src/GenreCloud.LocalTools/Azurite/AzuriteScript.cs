using GenreCloud.LocalTools.Npm;

namespace GenreCloud.LocalTools.Azurite;

/// <summary>Azurite's program: a script for <c>node</c>.</summary>
public static class AzuriteScript
{
    internal const string Advice =
        "The local storage (Azurite) runs on Node.js; with ConnectionStrings:blobs and ConnectionStrings:queues (environment: " +
        "ConnectionStrings__blobs, ConnectionStrings__queues) set to a storage account, no Node.js is needed.";

    /// <summary>The script that, preloaded (<c>node --require</c>), ends Azurite with the process that holds its standard input.</summary>
    internal static string PreloadScript => Path.Combine(AppContext.BaseDirectory, "Azurite", "exit-with-parent.cjs");

    /// <summary>Installs Azurite unless that was done before.</summary>
    /// <param name="packageDirectory">
    /// Where; <see cref="NpmPackages.DefaultDirectory"/> for a user's program. May be shared by any number of programs and
    /// versions of them.
    /// </param>
    /// <returns>The path of Azurite's main script.</returns>
    /// <exception cref="LocalToolException">Node.js or npm is missing, or npm failed; the message says what to do.</exception>
    public static async Task<string> EnsureInstalledAsync(
        string packageDirectory, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        await EnsureInstalledAsync(await NodeTools.FindAsync(Advice, cancellationToken), packageDirectory, time, logger, cancellationToken);

    internal static async Task<string> EnsureInstalledAsync(
        NodeTools tools, string packageDirectory, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var modules = await new NpmPackages(tools, packageDirectory, time, logger).EnsureInstalledAsync(Advice, cancellationToken);
        return Path.Combine(modules, "azurite", "dist", "src", "azurite.js");
    }
}
