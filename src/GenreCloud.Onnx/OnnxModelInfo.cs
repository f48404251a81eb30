using System.Collections.Immutable;

namespace GenreCloud.Onnx;

/// <summary>What a model file says about itself beside its graph.</summary>
/// <param name="GraphName">The name that viewers show; usually the architecture's.</param>
/// <param name="ProducerName">The program that wrote the file.</param>
/// <param name="ProducerVersion">Its version.</param>
public sealed record OnnxModelInfo(string GraphName, string ProducerName, string ProducerVersion)
{
    /// <summary>Text for a human reader (<c>doc_string</c>).</summary>
    public string Description { get; init; } = "";

    /// <summary>Entries for programs (<c>metadata_props</c>); written in the order of their keys.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
