namespace GenreCloud.AppHost.Storage;

/// <summary>The setting <c>Storage</c>: where the system's state lies.</summary>
internal static class StorageSetting
{
    private const string Key = "Storage";

    /// <summary>Adds the storage that the setting names.</summary>
    /// <exception cref="DistributedApplicationException">The setting is none of the three.</exception>
    public static StorageResources AddStorage(this IDistributedApplicationBuilder builder) => builder.Configuration[Key] switch
    {
        null or "" or "process" => builder.AddAzurite(),
        "container" => AddContainer(builder),
        "azure" => AddExistingAccount(builder),
        var other => throw new DistributedApplicationException(
            $"{Key} is \"{other}\"; it must be one of: process (Azurite as a process, the default), container (Azurite in a " +
            "container), azure (an existing account, by ConnectionStrings:blobs and ConnectionStrings:queues)."),
    };

    private static StorageResources AddContainer(IDistributedApplicationBuilder builder)
    {
        var storage = builder.AddAzureStorage("storage").RunAsEmulator(azurite => azurite.WithDataVolume());
        return new StorageResources(storage.AddBlobs(StorageResources.BlobsName), storage.AddQueues(StorageResources.QueuesName));
    }

    /// <summary>The services sign in by themselves when a connection is an endpoint; what is missing is asked for in the dashboard.</summary>
    private static StorageResources AddExistingAccount(IDistributedApplicationBuilder builder) =>
        new(builder.AddConnectionString(StorageResources.BlobsName), builder.AddConnectionString(StorageResources.QueuesName));
}
