using System.Text.Json;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>
/// manifest.json: what a dataset version is made of. It is written last, and once; a version without it does not exist for readers.
/// </summary>
public sealed record DatasetManifest
{
    /// <summary>The schema that this program writes, and the newest that it reads.</summary>
    public const int CurrentSchemaVersion = 1;

    public required int SchemaVersion { get; init; }

    public required string Name { get; init; }

    /// <summary>1, 2, 3 ... within the name; numbers of failed imports stay unused.</summary>
    public required int Version { get; init; }

    /// <summary>The kind of source: "genres", "metal" or "folders".</summary>
    public required string Profile { get; init; }

    /// <summary>How the labels came about. Null where no CSV had them, and in manifests that do not tell: the profile's own rules then.</summary>
    public LabelRules? LabelRules { get; init; }

    /// <summary>The archive, or the first of several.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>The separate file of labels, if they did not come with the source.</summary>
    public DatasetSource? LabelSource { get; init; }

    /// <summary>The archives after the first, in their order, each with the labels that it was imported with if those are others.</summary>
    public IReadOnlyList<DatasetSource> FurtherSources { get; init; } = [];

    /// <summary>The version that this one continues, whose samples are its first; null for one that begins anew.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>The label map: classes in ordinal order, so that a label's position is the index a model is trained on.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    public required IReadOnlyDictionary<string, int> SamplesPerLabel { get; init; }

    /// <summary>Samples in all shards.</summary>
    public required int Samples { get; init; }

    /// <summary>The accuracy, 0..1, of always answering the largest class.</summary>
    public required double MajorityClassAccuracy { get; init; }

    /// <summary>Empty for sources without tabular data.</summary>
    public required IReadOnlyList<TabularColumn> Tabular { get; init; }

    /// <summary>
    /// By tabular column, samples whose field in the source was neither empty nor a number that the column can have; they count as
    /// missing. Columns without such a field are left out.
    /// </summary>
    public IReadOnlyDictionary<string, int> UnreadableValues { get; init; } = new Dictionary<string, int>();

    public required IReadOnlyList<ShardDescription> Shards { get; init; }

    /// <summary>SHA-256 of samples.parquet in lower-case hexadecimal: the manifest's own hash thereby covers the whole version.</summary>
    public required string SamplesSha256 { get; init; }

    /// <summary>Entries of quarantine.jsonl by reason.</summary>
    public required IReadOnlyDictionary<string, int> Quarantined { get; init; }

    /// <summary>Samples by <see cref="Samples.SampleFlag"/>; flags that no sample has are left out.</summary>
    public IReadOnlyDictionary<string, int> Flagged { get; init; } = new Dictionary<string, int>();

    /// <summary>Name and version of the program that wrote it.</summary>
    public required string Producer { get; init; }

    /// <summary>When the version's number was taken, which is when its pictures began to be read.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The JSON of manifest.json, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GenreCloudJson.Options);

    /// <exception cref="DatasetException">It is no manifest, or one of a newer program.</exception>
    public static DatasetManifest Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            // The version decides before anything else is looked at: a newer schema may lack what this one requires.
            using (var document = JsonDocument.Parse(json))
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object
                    || !document.RootElement.TryGetProperty("schemaVersion", out var element) || !element.TryGetInt32(out var version) || version < 1)
                {
                    throw new DatasetException("The dataset's manifest has no schema version.");
                }

                if (version > CurrentSchemaVersion)
                {
                    throw new DatasetException(
                        $"The dataset's manifest has schema version {version}, and this program reads up to {CurrentSchemaVersion}: use a newer GenreCloud.");
                }
            }

            return JsonSerializer.Deserialize<DatasetManifest>(json.Span, GenreCloudJson.Options)
                ?? throw new DatasetException("The dataset's manifest is empty.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DatasetException("The dataset's manifest is not valid JSON of its schema.", exception);
        }
    }
}
