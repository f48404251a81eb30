namespace GenreCloud.LocalTools.Azurite;

/// <summary>Where an Azurite keeps its data and its program.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Holds the blobs and queues; created when absent, continued when present. One live Azurite a directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// Where the npm package is installed on first use, in a subfolder named after the lock file's hash. May be shared by
    /// any number of programs and versions of them.
    /// </summary>
    public required string PackageDirectory { get; init; }

    /// <summary>The accounts to serve.</summary>
    public IReadOnlyList<AzuriteAccount> Accounts { get; init; } = [AzuriteAccount.Development];

    /// <summary>How long Azurite may take until it listens.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long Azurite may take to save its metadata before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
