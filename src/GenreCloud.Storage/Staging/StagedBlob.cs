namespace GenreCloud.Storage;

/// <summary>A source archive in the storage.</summary>
/// <param name="BlobName"><c>{sha256}.zip</c> or <c>.csv</c>.</param>
/// <param name="Sha256">Of the whole content, 64 lower-case hexadecimal digits.</param>
/// <param name="Length">Bytes.</param>
public sealed record StagedBlob(string BlobName, string Sha256, long Length);
