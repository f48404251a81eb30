using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// A network that classifies spectrograms. Its first input is uint8 [B,128,1292] (pixels, scaled by 1/255 here, so that no caller can
/// get it wrong) or float32 [B,128,1292] already in [0,1]; its second float32 [B, <see cref="TabularColumns"/>] with NaN for what is
/// missing, or null when nothing is known or the network takes none. Its output is the logits, float32 [B, <see cref="Classes"/>].
/// </summary>
public abstract class SpectrogramNetwork : nn.Module<Tensor, Tensor?, Tensor>, IOnnxExportable
{
    /// <summary>A network with the weights that its layers draw.</summary>
    /// <param name="name">The architecture's name in <see cref="Architecture"/>.</param>
    /// <param name="classes">Number of labels, at least 2.</param>
    protected SpectrogramNetwork(string name, int classes)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
    }

    /// <summary>Number of labels.</summary>
    public int Classes { get; }

    /// <inheritdoc/>
    public virtual int TabularColumns => 0;

    /// <summary>
    /// The last layer, which has a row of weights and a bias for each label: what a network of other labels cannot take over as it is. The
    /// rest of the network does not depend on the labels.
    /// </summary>
    public abstract Linear Classifier { get; }

    /// <summary>How the convolutions are computed; may be changed between calls.</summary>
    public ComputeFormat Format { get; set; }

    public sealed override Tensor forward(Tensor input, Tensor? tabular)
    {
        long[] shape = input.shape;
        if (shape is not [_, SpectrogramShape.Bands, SpectrogramShape.Frames])
        {
            throw new ArgumentException(
                $"Spectrograms are [B,{SpectrogramShape.Bands},{SpectrogramShape.Frames}], not [{string.Join(',', shape)}].", nameof(input));
        }

        if (tabular is not null && !tabular.shape.SequenceEqual([shape[0], TabularColumns]))
        {
            throw new ArgumentException(
                $"Tabular data of {shape[0]} spectrograms are [{shape[0]},{TabularColumns}], not [{string.Join(',', tabular.shape)}].", nameof(tabular));
        }

        using var scope = NewDisposeScope();

        // Held, or the collector may free it while libtorch reads it.
        using Scalar white = 255;
        var pixels = input.dtype == ScalarType.Byte ? input.to(ScalarType.Float32).div_(white) : input;
        return Logits(pixels.unsqueeze(1), tabular ?? full([shape[0], TabularColumns], float.NaN, device: input.device)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public abstract OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs);

    /// <summary>Computes the logits.</summary>
    /// <param name="pixels">float32 [B,1,128,1292] in [0,1], contiguous.</param>
    /// <param name="tabular">float32 [B, <see cref="TabularColumns"/>], raw, NaN = missing.</param>
    /// <returns>Logits, float32 [B, <see cref="Classes"/>].</returns>
    protected abstract Tensor Logits(Tensor pixels, Tensor tabular);
}
