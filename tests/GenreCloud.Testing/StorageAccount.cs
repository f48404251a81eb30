using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace GenreCloud.Testing;

/// <summary>A storage account of its own for one test, served by the assembly's Azurite.</summary>
/// <param name="ConnectionString">Good for ConnectionStrings:blobs and ConnectionStrings:queues.</param>
public sealed record StorageAccount(string ConnectionString)
{
    public BlobServiceClient Blobs { get; } = new(ConnectionString);

    public QueueServiceClient Queues { get; } = new(ConnectionString);
}
