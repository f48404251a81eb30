namespace GenreCloud.Client.Datasets;

/// <summary>A file that an import left out, or its beginning.</summary>
/// <param name="Bytes">As they lie in the archive; of a damaged file as many as come out of it.</param>
/// <param name="Length">Of the whole file, in bytes.</param>
public sealed record QuarantinedFile(byte[] Bytes, long Length);
