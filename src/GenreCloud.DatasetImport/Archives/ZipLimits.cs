using System.ComponentModel.DataAnnotations;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>What a zip may ask of this machine.</summary>
public sealed record ZipLimits
{
    /// <summary>The section of the configuration that people are told of.</summary>
    internal const string Section = "DatasetImport";

    /// <summary>The most entries of an archive, directories included. Each takes about 200 bytes of memory while the directory is read.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>The largest central directory, in bytes: a million entries with names of 200 bytes.</summary>
    [Range(1024, 4L << 30)]
    public long MaxDirectoryBytes { get; init; } = 256L << 20;

    /// <summary>The longest name of an entry, in bytes. The format allows 65,535, file systems 255 a part and 4,096 a path.</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxNameBytes { get; init; } = 1024;

    /// <summary>The largest single entry, inflated or as it lies in the archive, in bytes. Who reads an entry sets a limit of its own as well.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxEntryBytes { get; init; } = 256L << 20;

    /// <summary>The most bytes that all readable entries may be, inflated; by what the directory says, and again as they are read.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxTotalBytes { get; init; } = 256L << 30;

    /// <summary>
    /// The most bytes that one byte of an entry may inflate to. Deflate reaches 1,032, a labels CSV 5 to 20; pictures do not shrink.
    /// </summary>
    [Range(1, 1100)]
    public int MaxCompressionRatio { get; init; } = 200;
}
