namespace GenreCloud.DatasetImport.Archives;

/// <summary>How an entry lies in a zip (APPNOTE 4.4.5): those that are read here.</summary>
public enum ZipMethod : ushort
{
    /// <summary>As it is.</summary>
    Stored = 0,

    /// <summary>As a raw deflate stream (RFC 1951).</summary>
    Deflated = 8,
}
