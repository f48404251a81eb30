using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>The layout in which oneDNN's convolutions need no reordering.</summary>
internal static class ChannelsLastLayout
{
    /// <summary>
    /// An image of one channel with the strides by which libtorch recognises channels last. With one channel both layouts have
    /// the same bytes, so that a copy does nothing and only the strides tell.
    /// </summary>
    /// <param name="image">[B,1,height,width].</param>
    public static Tensor InChannelsLast(this Tensor image)
    {
        long[] shape = image.shape;
        return image.contiguous().as_strided(shape, [shape[2] * shape[3], 1, shape[3], 1]);
    }

    /// <summary>What a format computes convolutions in.</summary>
    public static ScalarType ElementType(this ComputeFormat format) =>
        format == ComputeFormat.ChannelsLastBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
}
