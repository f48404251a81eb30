using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>What a Bicep file would deploy, as <c>bicep snapshot</c> predicts it.</summary>
/// <param name="Snapshot">The snapshot, its members in the order of their names.</param>
public sealed record Deployment(JsonObject Snapshot)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public IEnumerable<JsonObject> Resources => Snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject());

    public JsonObject Outputs => Snapshot["outputs"]!.AsObject();

    public static Deployment Parse(string json) => new(InOrder(JsonNode.Parse(json)!.AsObject()));

    public IEnumerable<JsonObject> ResourcesOf(string type) => Resources.Where(resource => resource["type"]!.GetValue<string>() == type);

    /// <summary>The containers of apps and jobs.</summary>
    public IEnumerable<JsonObject> Containers() =>
        Resources
            .Select(resource => resource["properties"]?["template"]?["containers"])
            .OfType<JsonArray>()
            .SelectMany(containers => containers)
            .Select(container => container!.AsObject());

    /// <summary>The snapshot as it is committed.</summary>
    public override string ToString() => Snapshot.ToJsonString(Format) + "\n";

    // Outputs come in an order of their own in every run.
    private static JsonObject InOrder(JsonObject members) => new(members
        .OrderBy(member => member.Key, StringComparer.Ordinal)
        .Select(member => KeyValuePair.Create(member.Key, InOrder(member.Value))));

    private static JsonNode? InOrder(JsonNode? node) => node switch
    {
        JsonObject members => InOrder(members),
        JsonArray items => new JsonArray([.. items.Select(InOrder)]),
        _ => node?.DeepClone(),
    };
}
