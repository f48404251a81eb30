using System.Net;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>What is the same for every installation; tests have smaller numbers and hosts of their own.</summary>
internal sealed record SourceTuning
{
    /// <summary>How much of a source is one request and one block.</summary>
    public int BlockBytes { get; init; } = StagedBlocks.BlockBytes;

    /// <summary>
    /// Blocks of one source that are under way at a time, each in memory. Four hide the latency of a distant host, and file hosts
    /// take so many connections from one client.
    /// </summary>
    public int ParallelBlocks { get; init; } = 4;

    /// <summary>The pause after a first failure; it doubles with each that follows.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Which addresses source URLs may lead to where private ones are not allowed.</summary>
    public Func<IPAddress, bool> MayConnectTo { get; init; } = PublicAddress.IsPublic;

    /// <summary>Where Google Drive's share links point to.</summary>
    public Uri Drive { get; init; } = new("https://drive.google.com/");

    /// <summary>Where Google Drive gives the files from.</summary>
    public Uri DriveDownloads { get; init; } = new("https://drive.usercontent.google.com/");
}
