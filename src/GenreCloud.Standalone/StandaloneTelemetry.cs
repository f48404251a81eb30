using System.Diagnostics;
using GenreCloud.LocalTools.AspireDashboard;

namespace GenreCloud.Standalone;

/// <summary>How Standalone's telemetry is named and where it goes.</summary>
internal static class StandaloneTelemetry
{
    private const string ServiceName = "genrecloud";

    public static ActivitySource Source { get; } = new("GenreCloud.Standalone");

    /// <summary>
    /// Names the service unless the environment does, and points telemetry to the dashboard if there is one. By environment
    /// variables, so that the processes of training runs, which inherit them, do the same.
    /// </summary>
    public static void Configure(AspireDashboardProcess? dashboard)
    {
        SetUnlessSet("OTEL_SERVICE_NAME", ServiceName);
        if (dashboard is null)
        {
            return;
        }

        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", dashboard.OtlpGrpc.ToString());
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");

        // Someone is watching: every second (in ms), not every 5 to 60.
        SetUnlessSet("OTEL_BSP_SCHEDULE_DELAY", "1000");
        SetUnlessSet("OTEL_BLRP_SCHEDULE_DELAY", "1000");
        SetUnlessSet("OTEL_METRIC_EXPORT_INTERVAL", "1000");
    }

    private static void SetUnlessSet(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
