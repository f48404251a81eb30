using System.Text.Json.Serialization;
using GenreCloud.Registry;

namespace GenreCloud.Inference.OpenInference;

/// <summary>A failure.</summary>
internal sealed record OpenInferenceError(string Error);

/// <summary>Whether the process answers at all.</summary>
internal sealed record ServerLive(bool Live);

/// <summary>Whether models can be asked. The protocol's text calls the member "live" here too; others say "ready".</summary>
internal sealed record ServerReady(bool Live, bool Ready);

/// <summary>Whether a model version can be asked.</summary>
internal sealed record ModelReady(string Name, bool Ready);

/// <summary>What the server is.</summary>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

/// <summary>What a model takes and gives.</summary>
/// <param name="Versions">Those that may be asked for.</param>
/// <param name="Platform">Of the protocol's list.</param>
/// <param name="Properties"><c>labels</c>: a JSON array with the label of each column of the outputs.</param>
internal sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs,
    IReadOnlyDictionary<string, string> Properties);

/// <summary>A tensor of a model; -1 where any size is accepted.</summary>
internal sealed record TensorMetadata(string Name, [property: JsonPropertyName("datatype")] string DataType, IReadOnlyList<int> Shape)
{
    public static TensorMetadata Of(TensorSpec tensor) => new(tensor.Name, tensor.Type.OpenInferenceName(), tensor.Shape);
}
