namespace GenreCloud.DatasetImport.Archives;

/// <summary>Why one entry of a zip cannot be read, while others can.</summary>
public enum ZipEntryFault : byte
{
    /// <summary>It is encrypted.</summary>
    Encrypted,

    /// <summary>It is compressed by a method other than deflate.</summary>
    UnknownMethod,

    /// <summary>Its name is empty or has a NUL in it.</summary>
    BadName,

    /// <summary>It is larger than is taken.</summary>
    TooLarge,

    /// <summary>It inflates to more than the limit for each of its bytes.</summary>
    RatioTooHigh,

    /// <summary>What its own header says is not what the directory says, or breaks the rules of the format.</summary>
    HeaderMismatch,

    /// <summary>Its data breaks the rules of deflate.</summary>
    Corrupt,

    /// <summary>It inflates to fewer or more bytes than the directory says.</summary>
    WrongSize,

    /// <summary>Its CRC-32 is another than the directory says.</summary>
    BadCrc,
}
