namespace GenreCloud.Storage;

/// <summary>A stored document is not the JSON that it should be.</summary>
public sealed class InvalidDocumentException(string blobName, Type type, Exception? innerException)
    : Exception($"The blob '{blobName}' is not a valid {type.Name} document.", innerException)
{
    public string BlobName { get; } = blobName;
}
