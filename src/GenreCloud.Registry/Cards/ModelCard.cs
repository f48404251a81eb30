using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace GenreCloud.Registry;

/// <summary>model.json: everything about one immutable version of a model. Its presence makes the version visible.</summary>
public sealed record ModelCard : ModelDescription
{
    public const int CurrentSchemaVersion = 2;

    public ModelCard()
    {
    }

    [SetsRequiredMembers]
    internal ModelCard(ModelDescription description, string model, int version, string sha256, long sizeBytes, DateTimeOffset createdAt)
        : base(description)
    {
        Model = model;
        Version = version;
        Sha256 = sha256;
        SizeBytes = sizeBytes;
        CreatedAt = createdAt;
    }

    [JsonPropertyOrder(-3)]
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyOrder(-2)]
    public required string Model { get; init; }

    /// <summary>1, 2, 3 ...; numbers may be missing.</summary>
    [JsonPropertyOrder(-1)]
    public required int Version { get; init; }

    /// <summary>Of model.onnx, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Of model.onnx.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What another training can start from; null for a version that was registered without, which none can start from.</summary>
    public ModelWeights? Weights { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
