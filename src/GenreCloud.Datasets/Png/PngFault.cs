namespace GenreCloud.Datasets.Png;

/// <summary>What is wrong with a PNG.</summary>
public enum PngFault
{
    /// <summary>The bytes do not start with PNG's signature and header chunk.</summary>
    NotPng,

    /// <summary>The file ends before its last chunk does.</summary>
    Truncated,

    /// <summary>The CRC-32 of a chunk does not match its content.</summary>
    BadCrc,

    /// <summary>The picture has other dimensions than the ones asked for.</summary>
    WrongSize,

    /// <summary>A valid kind of PNG that this decoder does not read: 16-bit, coloured, palette, transparent, interlaced.</summary>
    UnsupportedKind,

    /// <summary>The structure or the compressed data breaks the rules of the format.</summary>
    BadData,
}
