using GenreCloud.LocalTools.Npm;

namespace GenreCloud.LocalTools.AspireDashboard;

/// <summary>How the Aspire dashboard is started.</summary>
public sealed record AspireDashboardOptions
{
    /// <summary>The port of Aspire's own dashboards.</summary>
    public const int DefaultPort = 18888;

    /// <summary>Where npm packages are installed on first use; see <see cref="NpmPackages.DefaultDirectory"/>.</summary>
    public required string PackageDirectory { get; init; }

    /// <summary>The port of its web pages on 127.0.0.1, if it is free; else, and for 0, any free port.</summary>
    public int PreferredPort { get; init; } = DefaultPort;

    /// <summary>How long it may take until it answers; the first start unpacks 150 MB.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may take to end before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
