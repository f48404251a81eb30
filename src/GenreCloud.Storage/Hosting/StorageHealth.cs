using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenreCloud.Storage;

/// <summary>
/// Unhealthy until what is needed is there. Degraded while a storage that was there does not answer: taking this replica out
/// would not bring it back, and what needs no storage is still served.
/// </summary>
internal sealed class StorageHealth(StorageProvisioning storage, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!storage.Ready.IsCompleted)
        {
            return HealthCheckResult.Unhealthy(storage.Fault);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await storage.ProbeAsync(either.Token);
            return HealthCheckResult.Healthy("The storage answers.");
        }
        catch (StorageUnavailableException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded(
                patience.IsCancellationRequested ? $"The storage has not answered for {Patience.TotalSeconds:N0} s." : exception.Message);
        }
    }
}
