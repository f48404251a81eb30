using Microsoft.Extensions.Hosting;

namespace GenreCloud.Storage;

/// <summary>Lets a background service begin once the storage has what is needed: until then it could only report that it has not.</summary>
internal sealed class StorageWorker<TService>(TService service, StorageProvisioning storage) : BackgroundService
    where TService : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await service.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        await service.StartAsync(stoppingToken);
        await service.ExecuteTask!;
    }
}
