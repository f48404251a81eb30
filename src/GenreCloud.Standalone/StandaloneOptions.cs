namespace GenreCloud.Standalone;

/// <summary>How the system runs in one process.</summary>
public sealed record StandaloneOptions
{
    public const string DefaultUrls = "http://127.0.0.1:5200";

    /// <summary>A folder of the user's local application data.</summary>
    public static string DefaultDataDirectory { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "GenreCloud");

    /// <summary>Holds Azurite's data, unless <c>ConnectionStrings:blobs</c> is set, and the shards that training has fetched.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The address to serve at.</summary>
    public required string Urls { get; init; }

    /// <summary>Whether to start the Aspire dashboard and send it all telemetry.</summary>
    public bool Dashboard { get; init; }
}
