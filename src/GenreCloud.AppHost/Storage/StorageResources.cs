namespace GenreCloud.AppHost.Storage;

/// <summary>The account that holds all state, as the two connections that a service takes.</summary>
/// <param name="Blobs">Named <c>blobs</c>.</param>
/// <param name="Queues">Named <c>queues</c>.</param>
internal sealed record StorageResources(
    IResourceBuilder<IResourceWithConnectionString> Blobs, IResourceBuilder<IResourceWithConnectionString> Queues)
{
    public const string BlobsName = "blobs";
    public const string QueuesName = "queues";
}
