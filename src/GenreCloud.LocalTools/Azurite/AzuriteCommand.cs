namespace GenreCloud.LocalTools.Azurite;

/// <summary>What every Azurite of ours is told, whoever starts it; the ports of blobs and queues are left to that one.</summary>
public static class AzuriteCommand
{
    /// <summary>Arguments for <see cref="AzuriteScript"/>, to be followed by <c>--blobPort</c> and <c>--queuePort</c>.</summary>
    /// <param name="dataDirectory">A full path.</param>
    public static IReadOnlyList<string> GetArguments(string dataDirectory) =>
    [
        "--location", dataDirectory,
        "--blobHost", "127.0.0.1",
        "--queueHost", "127.0.0.1",
        "--tableHost", "127.0.0.1", "--tablePort", "0",
        "--silent",

        // The API version check would refuse an SDK newer than Azurite; what we use of the API is years old.
        "--skipApiVersionCheck",
        "--disableTelemetry",
    ];

    /// <summary>Environment variables over those of the surroundings; null takes a variable away.</summary>
    /// <param name="accounts">The accounts to serve.</param>
    public static IReadOnlyDictionary<string, string?> GetEnvironment(IEnumerable<AzuriteAccount> accounts) => new Dictionary<string, string?>
    {
        ["AZURITE_ACCOUNTS"] = string.Join(';', accounts.Select(account => $"{account.Name}:{account.Key}")),

        // Settings of the surroundings that would put the metadata into a database (an empty value too) or turn on a debugger.
        ["AZURITE_DB"] = null,
        ["NODE_OPTIONS"] = null,
    };
}
