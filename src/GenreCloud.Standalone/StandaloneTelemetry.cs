using System.Diagnostics;
using GenreCloud.LocalTools.AspireDashboard;

namespace GenreCloud.Standalone;

/// <summary>What Standalone itself adds to the telemetry of its services.</summary>
internal static class StandaloneTelemetry
{
    public static ActivitySource Source { get; } = new("GenreCloud.Standalone");

    /// <summary>
    /// Points telemetry to a dashboard, whatever else is configured: by the standard keys, which also reach the processes of
    /// training runs.
    /// </summary>
    public static void SendTo(this IConfigurationManager configuration, AspireDashboardProcess dashboard)
    {
        var settings = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.OtlpGrpc.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        };

        // Someone is watching: every second (in ms), not every 5 to 60, unless told otherwise.
        foreach (var interval in (string[])["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
        {
            settings[interval] = configuration[interval] ?? "1000";
        }

        configuration.AddInMemoryCollection(settings);
    }
}
