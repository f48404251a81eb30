using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

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

    /// <summary>Sees to it that a model has the configuration of its signature.</summary>
    public static async Task StoreAsync(BlobContainerClient container, string model, ModelSignature signature, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient($"{model}/config.pbtxt");
        var wanted = Create(model, signature);
        while (true)
        {
            var conditions = new BlobRequestConditions();
            try
            {
                BlobDownloadResult present = await blob.DownloadContentAsync(cancellationToken);
                if (present.Content.ToString() == wanted)
                {
                    return;
                }

                conditions.IfMatch = present.Details.ETag;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                conditions.IfNoneMatch = ETag.All;
            }

            try
            {
                var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" } };
                await blob.UploadAsync(BinaryData.FromString(wanted), options, cancellationToken);
                return;
            }
            catch (RequestFailedException exception)
                when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                // Another registrar wrote it; what it wrote is most likely the same.
            }
        }
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
