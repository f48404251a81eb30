namespace GenreCloud.Storage;

/// <summary>A blob was to be replaced (<c>If-Match</c>) but has been changed or deleted since it was read.</summary>
public sealed class BlobChangedException(string blobName, Exception innerException)
    : Exception($"The blob '{blobName}' was changed by another writer since it was read.", innerException)
{
    public string BlobName { get; } = blobName;
}
