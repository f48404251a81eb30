namespace GenreCloud.DatasetImport.Archives;

/// <summary>The general purpose bits of an entry (APPNOTE 4.4.4): those that matter for reading it.</summary>
[Flags]
internal enum ZipFlags : ushort
{
    None = 0,

    Encrypted = 1 << 0,

    /// <summary>CRC-32 and sizes follow the data; in the local header they may be 0.</summary>
    HasDescriptor = 1 << 3,

    StronglyEncrypted = 1 << 6,

    /// <summary>The name is in UTF-8.</summary>
    Utf8 = 1 << 11,

    /// <summary>The local header hides its values, because the directory is encrypted.</summary>
    MaskedHeader = 1 << 13,

    AnyEncryption = Encrypted | StronglyEncrypted | MaskedHeader,
}
