using System.ComponentModel.DataAnnotations;

namespace GenreCloud.DatasetImport;

/// <summary>Settings of the import service, read from the configuration section <c>DatasetImport</c>.</summary>
public sealed class DatasetImportOptions
{
    /// <summary>The largest source archive, in bytes.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxSourceBytes { get; set; } = 64L << 30;

    /// <summary>The largest labels CSV, in bytes.</summary>
    [Range(1024, 1L << 30)]
    public long MaxLabelsBytes { get; set; } = 256L << 20;

    /// <summary>The largest single picture in an archive, in bytes; a larger entry is quarantined unread.</summary>
    [Range(1024, 1L << 28)]
    public int MaxEntryBytes { get; set; } = 4 << 20;

    /// <summary>The most entries that an archive may have.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; set; } = 2_000_000;

    /// <summary>
    /// Whether a source may be a path on the service's own machine. On for a system on one's own machine; off where others
    /// can reach the API.
    /// </summary>
    public bool AllowLocalPaths { get; set; }

    /// <summary>How long a source URL may stay silent before the import fails.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
