using System.Diagnostics.Metrics;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>Instruments of the model registry. It has no spans of its own: it works inside those of its callers.</summary>
internal static class RegistryTelemetry
{
    private const string Alias = "genrecloud.model.alias";

    private static readonly Meter Meter = new("GenreCloud.Registry");

    private static readonly Counter<long> Registrations = Meter.CreateCounter<long>(
        "genrecloud.registry.registrations", unit: "{version}", description: "Model versions that became visible.");

    private static readonly Counter<long> AliasChanges = Meter.CreateCounter<long>(
        "genrecloud.registry.alias.changes", unit: "{change}", description: "Moves of an alias to another version.");

    public static void CountRegistration(string model) =>
        Registrations.Add(1, KeyValuePair.Create<string, object?>(TelemetryAttributes.ModelName, model));

    public static void CountAliasChange(string model, string alias) =>
        AliasChanges.Add(
            1, KeyValuePair.Create<string, object?>(TelemetryAttributes.ModelName, model), KeyValuePair.Create<string, object?>(Alias, alias));
}
