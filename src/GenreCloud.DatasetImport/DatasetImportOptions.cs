using System.ComponentModel.DataAnnotations;
using GenreCloud.DatasetImport.Archives;

namespace GenreCloud.DatasetImport;

/// <summary>Settings of the import service, read from the configuration section <c>DatasetImport</c>.</summary>
public sealed class DatasetImportOptions
{
    /// <summary>The largest source archive, in bytes.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxSourceBytes { get; set; } = 64L << 30;

    /// <summary>The largest labels CSV, in bytes; it is in memory while it is read. 100,000 rows take 20 to 50 MB.</summary>
    [Range(1024, 1L << 30)]
    public long MaxLabelsBytes { get; set; } = 128L << 20;

    /// <summary>The largest single picture in an archive, in bytes; a larger entry is quarantined unread.</summary>
    [Range(1024, 1L << 28)]
    public int MaxEntryBytes { get; set; } = 4 << 20;

    /// <summary>The largest single song in an archive, in bytes; a larger entry is quarantined unread.</summary>
    [Range(1024, 1L << 28)]
    public int MaxSongBytes { get; set; } = 64 << 20;

    /// <summary>The most entries that an archive may have, directories included. Each takes about 200 bytes of memory while the directory is read.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; set; } = 1_000_000;

    /// <summary>The largest central directory of an archive, in bytes: a million entries with names of 200 bytes.</summary>
    [Range(1024, 4L << 30)]
    public long MaxDirectoryBytes { get; set; } = 256L << 20;

    /// <summary>The longest name of an entry, in bytes.</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxNameBytes { get; set; } = 1024;

    /// <summary>The most bytes that all entries of an archive may be, inflated.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxTotalBytes { get; set; } = 256L << 30;

    /// <summary>The most bytes that one byte of an entry may inflate to. Deflate reaches 1,032, a labels CSV 5 to 20; pictures do not shrink.</summary>
    [Range(1, 1100)]
    public int MaxCompressionRatio { get; set; } = 200;

    /// <summary>
    /// How much of an archive is one piece of work and one shard, in bytes. Small pieces are shared well among workers and lost cheaply; a
    /// shard of training data is best 32 to 128 MB.
    /// </summary>
    [Range(1024, 64L << 20)]
    public long PartitionBytes { get; set; } = 32L << 20;

    /// <summary>
    /// How many partitions, or imports that are being staged, this process works on at a time; 0 for as many as there are cores, from 2 to 8. Each
    /// takes about 32 MB of memory.
    /// </summary>
    [Range(0, 64)]
    public int ConcurrentPartitions { get; set; }

    /// <summary>How long the work of a process that vanished waits for another one. A storage that is away for so long has work done twice.</summary>
    [Range(typeof(TimeSpan), "00:00:15", "00:01:00")]
    public TimeSpan WorkerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a source may be a path on the service's own machine. On for a system on one's own machine; off where others
    /// can reach the API.
    /// </summary>
    public bool AllowLocalPaths { get; set; }

    /// <summary>
    /// Whether a source URL may lead to an address of this machine or of a private network (loopback, link-local, 10.0.0.0/8 and so on), and
    /// whether sources are fetched through the proxy that the environment names. On for a system on one's own machine; off where others can
    /// reach the API, who could read through it what only this machine can reach.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>How long a source URL is left alone at a time when it asks for that (Retry-After); one that asks for longer fails the import.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the staging of one source may take before the import fails; what is staged is kept.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan MaxSourceTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a source URL may stay silent, again and again, before the import fails.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the deletion of a dataset version can be taken back; its files go after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan DeletionGracePeriod { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a staged source is kept that no import needs any more. Importing it again until then fetches nothing. An hour at
    /// least: between a source's staging and the note of it in the import's document it has no other protection.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan StagedSourceRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long after its end what a failed import has written is kept.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan FailedImportRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long after one garbage collection the next one begins.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GarbageCollectionInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Memory for the tables of samples of the dataset versions that are looked at, in bytes; 100,000 samples take 85 to 140 MB, and two such
    /// versions fit to be compared. Of a version that does not fit, every picture reads the table anew.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    public long SampleCacheBytes { get; set; } = 384L << 20;

    /// <summary>What an archive may ask of this machine.</summary>
    internal ZipLimits ZipLimits => new()
    {
        MaxEntries = MaxEntries,
        MaxDirectoryBytes = MaxDirectoryBytes,
        MaxNameBytes = MaxNameBytes,
        MaxEntryBytes = Math.Max(Math.Max(MaxEntryBytes, MaxSongBytes), MaxLabelsBytes),
        MaxTotalBytes = MaxTotalBytes,
        MaxCompressionRatio = MaxCompressionRatio,
    };
}
