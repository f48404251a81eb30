namespace GenreCloud.Modeling;

/// <summary>How a network's convolutions are computed. It changes speed and memory, not what is learnt: weights stay float32.</summary>
public enum ComputeFormat
{
    /// <summary>float32 in libtorch's default layout, channels first. The reference that the others are measured against.</summary>
    ChannelsFirst,

    /// <summary>float32 with channels last: the layout in which oneDNN's convolutions need no reordering.</summary>
    ChannelsLast,

    /// <summary>
    /// Channels last with bfloat16 activations: float32 weights are cast where a convolution uses them; the recurrent layers and
    /// the head stay float32. For CPUs with <see cref="CpuTraining.BFloat16Support"/>.
    /// </summary>
    ChannelsLastBFloat16,
}
