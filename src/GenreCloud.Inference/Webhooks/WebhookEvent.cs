using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Webhooks;

/// <summary>What a webhook is sent: the body of the request, in the shape that Standard Webhooks 1.0 recommends.</summary>
/// <param name="Type">"alias.moved", "alias.removed", "version.deleted", "traffic.changed" or "gate.changed".</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The model, and the change as its history has it.</param>
internal sealed record WebhookEvent(string Type, DateTimeOffset Timestamp, WebhookEventData Data)
{
    public static WebhookEvent Of(string model, ModelChange change) => new(
        change.Kind switch
        {
            ModelChangeKind.AliasMoved => "alias.moved",
            ModelChangeKind.AliasRemoved => "alias.removed",
            ModelChangeKind.VersionDeleted => "version.deleted",
            ModelChangeKind.TrafficChanged => "traffic.changed",
            ModelChangeKind.GateChanged => "gate.changed",
            _ => throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "There is no event of this kind."),
        },
        change.At,
        new WebhookEventData(model, change));

    /// <summary>The same whenever the change is told. A change that an older program wrote down has none of its own.</summary>
    [JsonIgnore]
    public string Id => $"msg_{Data.Change.Id ?? Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Data, GenreCloudJson.Options)))}";
}

internal sealed record WebhookEventData(string Model, ModelChange Change);
