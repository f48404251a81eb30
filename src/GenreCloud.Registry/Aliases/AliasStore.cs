using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>aliases.json: the aliases, and in the metadata their rules and what is being deleted.</summary>
internal sealed class AliasStore(BlobContainerClient container, TimeProvider time) : RecordedDocument<StoredAliases>(container, "aliases.json", time)
{
    private const string DeletingKey = "deleting";
    private const string TrafficKey = "traffic";

    protected override StoredAliases None => new(new SortedDictionary<string, int>(), []);

    protected override StoredAliases? Parse(ReadOnlySpan<byte> json, IDictionary<string, string> metadata)
    {
        var versions = JsonSerializer.Deserialize<SortedDictionary<string, int>>(json, GenreCloudJson.Options);
        int[] deleting = metadata.TryGetValue(DeletingKey, out var numbers)
            ? [.. numbers.Split(',').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))]
            : [];
        return versions is null
            ? null
            : new StoredAliases(versions, deleting) { Traffic = MetadataText.Read<SortedDictionary<string, TrafficRule>>(metadata, TrafficKey) ?? [] };
    }

    protected override byte[] Serialize(StoredAliases document, IDictionary<string, string> metadata)
    {
        if (document.Traffic.Count > 0)
        {
            metadata[TrafficKey] = MetadataText.Of(document.Traffic);
        }

        if (document.Deleting.Count > 0)
        {
            metadata[DeletingKey] = string.Join(',', document.Deleting.Select(version => version.ToString(CultureInfo.InvariantCulture)));
        }

        return JsonSerializer.SerializeToUtf8Bytes(document.Versions, GenreCloudJson.Options);
    }

    protected override Exception Unexpected(string model, StoredAliases present) =>
        new AliasesChangedException(model, "The aliases were changed since they were read.", present.ToAliases());
}
