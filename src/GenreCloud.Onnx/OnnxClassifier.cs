using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace GenreCloud.Onnx;

/// <summary>
/// The contract of every genre classifier as an ONNX model: raw grey levels in, logits and probabilities out, any number of
/// spectrograms in one call.
/// </summary>
public static class OnnxClassifier
{
    /// <summary>The input: UInt8 [batch,128,1292], the grey levels of the spectrograms' PNGs, top row first.</summary>
    public const string SpectrogramInput = "spectrogram";

    /// <summary>
    /// The second input of networks with a tabular branch: Float32 [batch,columns], the values as the source gives them, NaN = missing.
    /// </summary>
    public const string TabularInput = "tabular";

    /// <summary>An output: Float32 [batch,classes].</summary>
    public const string LogitsOutput = "logits";

    /// <summary>An output: Float32 [batch,classes], the softmax of the logits; every row sums to 1.</summary>
    public const string ProbabilitiesOutput = "probabilities";

    /// <summary>The metadata entry that holds the labels: a JSON array of strings, one a class, in the order of the outputs.</summary>
    public const string LabelsMetadata = "labels";

    /// <summary>Mel bands: the rows of a spectrogram.</summary>
    public const int Height = 128;

    /// <summary>Frames: the columns of a spectrogram, 29.99 seconds.</summary>
    public const int Width = 1292;

    /// <summary>Bytes of one spectrogram.</summary>
    public const int Pixels = Height * Width;

    // A browser is not the reader of a model file: "r&b" stays readable in every viewer.
    private static readonly JsonSerializerOptions LabelsJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a classifier as ONNX.</summary>
    /// <param name="network">Its weights are copied as they are now; its mode does not matter.</param>
    /// <param name="labels">One a class, in the order of the network's outputs.</param>
    /// <param name="info">What the file says about itself; the labels are added to its metadata.</param>
    /// <typeparam name="TNetwork">A module that can write itself.</typeparam>
    /// <returns>The bytes of the file, the same for the same weights, labels and info.</returns>
    /// <exception cref="ArgumentException">The labels are not one a class, or not distinct; or the network's layers do not fit together.</exception>
    /// <exception cref="NotSupportedException">The network has a layer that the export does not cover.</exception>
    public static byte[] Export<TNetwork>(TNetwork network, IReadOnlyList<string> labels, OnnxModelInfo info)
        where TNetwork : nn.Module, IOnnxExportable
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(info);

        var graph = new OnnxGraph(network);
        var pixels = graph.Input(SpectrogramInput, OnnxElementType.UInt8, OnnxDimension.Batch, Height, Width);
        var scaled = graph.Divide(graph.Cast(pixels, OnnxElementType.Float32, "scale/float"), graph.Constant("scale/white", 255f), "scale/unit");
        var tabular = network.TabularColumns > 0
            ? graph.Input(TabularInput, OnnxElementType.Float32, OnnxDimension.Batch, network.TabularColumns)
            : null;
        var logits = network.AddTo(graph, new OnnxClassifierInputs(graph.Unsqueeze(scaled, 1, "scale/channel"), tabular));
        CheckLabels(labels, logits);

        graph.Output(LogitsOutput, logits);
        graph.Output(ProbabilitiesOutput, graph.Softmax(logits, "softmax"));
        return graph.ToModel(info with { Metadata = info.Metadata.SetItem(LabelsMetadata, JsonSerializer.Serialize(labels, LabelsJson)) });
    }

    private static void CheckLabels(IReadOnlyList<string> labels, OnnxValue logits)
    {
        ImmutableArray<OnnxDimension> expected = [OnnxDimension.Batch, labels.Count];
        if (logits.ElementType != OnnxElementType.Float32 || !logits.Shape.SequenceEqual(expected))
        {
            throw new ArgumentException($"{labels.Count} labels do not fit {logits}: it takes one for each class.", nameof(labels));
        }

        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
        {
            throw new ArgumentException("Two classes have the same label.", nameof(labels));
        }
    }
}
