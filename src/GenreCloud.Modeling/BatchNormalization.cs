using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GenreCloud.Modeling;

/// <summary>
/// A normalisation layer's step in training. The layer's own call counts its batches by a number that nothing keeps alive while
/// libtorch reads it: a garbage collection at that moment ends the training.
/// </summary>
internal static class BatchNormalization
{
    /// <summary>Normalises by the batch's statistics, and moves the running ones.</summary>
    public static Tensor NormalizeBatch(this BatchNorm layer, Tensor map)
    {
        layer.CountBatch();
        return F.batch_norm(
            map, layer.running_mean!, layer.running_var!, layer.weight!, layer.bias!, training: true, layer.momentum!.Value, layer.eps);
    }

    /// <summary>Counts a batch that the statistics have been moved by.</summary>
    public static void CountBatch(this BatchNorm layer)
    {
        using var _ = no_grad();
        using Scalar one = 1;
        layer.num_batches_tracked!.add_(one, one);
    }
}
