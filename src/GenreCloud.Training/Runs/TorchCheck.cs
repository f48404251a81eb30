namespace GenreCloud.Training.Runs;

/// <summary>
/// Stops the service at its start where libtorch cannot be loaded, instead of at the first run. A process of its own tries it:
/// the service itself never loads libtorch.
/// </summary>
internal sealed class TorchCheck(RunProcess process) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => process.RequireTorchAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
