namespace GenreCloud.Storage;

/// <summary>How to reach the storage account: each a connection string, or an https endpoint used with a managed identity.</summary>
public sealed class StorageOptions
{
    /// <summary>From <c>ConnectionStrings:blobs</c>.</summary>
    public string? Blobs { get; set; }

    /// <summary>From <c>ConnectionStrings:queues</c>.</summary>
    public string? Queues { get; set; }
}
