namespace GenreCloud.Onnx;

/// <summary>A TorchSharp module that can write itself as ONNX.</summary>
public interface IOnnxExportable
{
    /// <summary>Columns of tabular data that the module takes beside the spectrogram; 0 for none.</summary>
    int TabularColumns { get; }

    /// <summary>Adds the layers of this module to a graph, as it computes them in evaluation mode.</summary>
    /// <param name="graph">The graph, made for this module.</param>
    /// <param name="inputs">The prepared inputs.</param>
    /// <returns>The logits, Float32 [batch,classes].</returns>
    OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs);
}
