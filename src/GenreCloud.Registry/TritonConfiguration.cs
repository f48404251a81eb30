using System.Globalization;
using System.Text;

namespace GenreCloud.Registry;

/// <summary>
/// config.pbtxt, the protobuf text by which NVIDIA Triton serves the same folder (ModelConfig of Triton's
/// model_config.proto). The batch is no part of <c>dims</c> there: <c>max_batch_size</c> stands for it.
/// </summary>
internal static class TritonConfiguration
{
    private const int MaxBatchSize = 64;

    public static string Create(string model, ModelSignature signature)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"name: \"{model}\"\n");
        text.Append("platform: \"onnxruntime_onnx\"\n");
        text.Append(CultureInfo.InvariantCulture, $"max_batch_size: {MaxBatchSize}\n");
        AppendTensors(text, "input", signature.Inputs);
        AppendTensors(text, "output", signature.Outputs);
        text.Append("dynamic_batching { }\n");

        // Triton knows nothing of aliases. All versions would stay in memory; the newest two let clients compare.
        text.Append("version_policy: { latest { num_versions: 2 } }\n");
        return text.ToString();
    }

    private static void AppendTensors(StringBuilder text, string field, IReadOnlyList<TensorSpec> tensors)
    {
        foreach (var tensor in tensors)
        {
            var type = tensor.Type switch
            {
                TensorType.UInt8 => "TYPE_UINT8",
                TensorType.Float32 => "TYPE_FP32",
                _ => throw new ArgumentOutOfRangeException(nameof(tensors), tensor.Type, "Triton has no name for this type."),
            };
            var dims = string.Join(", ", tensor.Shape.Skip(1).Select(size => size.ToString(CultureInfo.InvariantCulture)));
            text.Append(CultureInfo.InvariantCulture, $"{field} [\n  {{\n    name: \"{tensor.Name}\"\n    data_type: {type}\n    dims: [ {dims} ]\n  }}\n]\n");
        }
    }
}
