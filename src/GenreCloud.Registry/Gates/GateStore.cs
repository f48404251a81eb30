using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>gates.json.</summary>
internal sealed class GateStore(BlobContainerClient container, TimeProvider time) : RecordedDocument<StoredGates>(container, "gates.json", time)
{
    protected override StoredGates None => new(new SortedDictionary<string, PromotionGate>());

    /// <param name="gate">Null for none.</param>
    /// <param name="expected">What the gates have to be; null for anything.</param>
    /// <exception cref="BlobChangedException">They are not what was expected.</exception>
    public Task<StoredGates> SetAsync(string model, string alias, PromotionGate? gate, ETag? expected, string who, CancellationToken cancellationToken) => ChangeAsync(
        model,
        expected,
        who,
        why: null,
        (present, blank) =>
        {
            var before = present.Gates.GetValueOrDefault(alias);
            return Task.FromResult(before == gate
                ? null
                : present.With(alias, gate, blank with { Kind = ModelChangeKind.GateChanged, Alias = alias, GateBefore = before, GateAfter = gate }));
        },
        cancellationToken);

    protected override StoredGates? Parse(ReadOnlySpan<byte> json, IDictionary<string, string> metadata) =>
        JsonSerializer.Deserialize<SortedDictionary<string, PromotionGate>>(json, GenreCloudJson.Options) is { } gates ? new StoredGates(gates) : null;

    protected override byte[] Serialize(StoredGates document, IDictionary<string, string> metadata) =>
        JsonSerializer.SerializeToUtf8Bytes(document.Gates, GenreCloudJson.Options);

    protected override Exception Unexpected(string model, StoredGates present) =>
        new BlobChangedException(Blob(model).Name, new RequestFailedException(412, "Its ETag is another one."));
}

/// <summary>gates.json with what stands in its metadata.</summary>
/// <param name="Gates">By alias.</param>
internal sealed record StoredGates(IReadOnlyDictionary<string, PromotionGate> Gates) : StoredDocument
{
    /// <param name="gate">Null for none.</param>
    public StoredGates With(string alias, PromotionGate? gate, ModelChange change)
    {
        var gates = new SortedDictionary<string, PromotionGate>(Gates.ToDictionary(), StringComparer.Ordinal);
        _ = gates.Remove(alias);
        if (gate is not null)
        {
            gates.Add(alias, gate);
        }

        return this with { Gates = gates, Change = change };
    }

    public PromotionGates ToGates() => new(Gates, ETag);
}
