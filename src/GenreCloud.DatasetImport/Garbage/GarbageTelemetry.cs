using System.Diagnostics.Metrics;
using System.Text.Json;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Instruments of the garbage collection.</summary>
internal static class GarbageTelemetry
{
    private const string Kind = "genrecloud.garbage.kind";

    private static readonly Meter Meter = new("GenreCloud.DatasetImport");

    private static readonly Counter<long> Blobs = Meter.CreateCounter<long>(
        "genrecloud.garbage.blobs", unit: "{blob}", description: "Blobs that the garbage collection has deleted.");

    private static readonly Counter<long> Size = Meter.CreateCounter<long>(
        "genrecloud.garbage.size", unit: "By", description: "Bytes of the blobs that the garbage collection has deleted.");

    public static void CountDeleted(GarbageKind kind, long bytes)
    {
        var tag = KeyValuePair.Create<string, object?>(Kind, JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()));
        Blobs.Add(1, tag);
        Size.Add(bytes, tag);
    }
}
