using GenreCloud.Modeling;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Stops a service that executes runs at its start where libtorch could not be loaded, instead of at the first run; loads
/// nothing to find out.
/// </summary>
internal sealed class TorchCheck : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TorchDryRun.RequireLoadableAsync(cancellationToken);
        }
        catch (TorchNotLoadedException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
