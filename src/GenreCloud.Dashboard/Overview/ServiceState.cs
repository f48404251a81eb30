using GenreCloud.Client;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Overview;

/// <summary>How a service is.</summary>
/// <param name="Service">The service.</param>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c>, <c>Unhealthy</c>, or <c>Down</c> when it does not answer.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record ServiceState(Service Service, string Status, IReadOnlyList<string> Problems)
{
    /// <param name="asked">Its health, or why it cannot be had.</param>
    public static async Task<ServiceState> ReadAsync(Service service, Task<ServiceHealth> asked)
    {
        try
        {
            var health = await asked;
            return new ServiceState(
                service,
                health.Status,
                [.. health.Checks.Where(check => check.Value.Status != "Healthy").Select(check => $"{check.Key}: {check.Value.Description ?? check.Value.Status}")]);
        }
        catch (Exception exception) when (Fault.Of(exception) is { } fault)
        {
            return new ServiceState(service, "Down", [$"{fault.Title}. {fault.Detail}"]);
        }
    }
}
