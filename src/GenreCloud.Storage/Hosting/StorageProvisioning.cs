using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;

namespace GenreCloud.Storage;

/// <summary>Creates the containers and queues of <see cref="StorageNames"/>; those that exist are left as they are.</summary>
public sealed class StorageProvisioning(BlobServiceClient blobs, QueueServiceClient queues) : IHostedLifecycleService
{
    /// <exception cref="StorageUnavailableException">The storage account cannot be reached or refuses; says which and why.</exception>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(
            [
                .. StorageNames.Containers.All.Select(name => EnsureContainerAsync(name, cancellationToken)),
                .. StorageNames.Queues.All.Select(name => EnsureQueueAsync(name, cancellationToken)),
            ]);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or AuthenticationFailedException)
        {
            // After its last retry the SDK throws one exception with a cause for each try.
            var cause = exception is AggregateException { InnerException: { } first } ? first : exception;
            throw new StorageUnavailableException(
                $"The storage account at {blobs.Uri} and {queues.Uri} cannot be used: check ConnectionStrings:blobs and " +
                $"ConnectionStrings:queues, and that this identity may write there. {cause.Message}",
                exception);
        }
    }

    // Before any service's StartAsync, so that each can count on its containers and queues.
    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => EnsureCreatedAsync(cancellationToken);

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureContainerAsync(string name, CancellationToken cancellationToken) =>
        await blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    private async Task EnsureQueueAsync(string name, CancellationToken cancellationToken) =>
        await queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
}
