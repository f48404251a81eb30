namespace GenreCloud.Storage;

/// <summary>A blob was to be created (<c>If-None-Match: *</c>) but exists.</summary>
public sealed class BlobAlreadyExistsException(string blobName, Exception innerException)
    : Exception($"The blob '{blobName}' exists already.", innerException)
{
    public string BlobName { get; } = blobName;
}
