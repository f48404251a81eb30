namespace GenreCloud.Datasets.Png;

/// <summary>How inflating a stream ended.</summary>
internal enum InflateStatus
{
    Done,

    /// <summary>The stream ends before its data does.</summary>
    Truncated,

    /// <summary>There is more data than the destination holds.</summary>
    TooLong,

    /// <summary>A code, a length or a distance that the format does not allow.</summary>
    Corrupt,

    /// <summary>The data inflates, and its Adler-32 is another.</summary>
    BadChecksum,
}
