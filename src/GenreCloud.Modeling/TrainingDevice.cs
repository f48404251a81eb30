using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// Where networks are trained: on the first GPU where libtorch finds one, which takes a build for CUDA, else on the CPU. On a GPU
/// runs are not repeated bit for bit.
/// </summary>
public static class TrainingDevice
{
    /// <summary>The device of this machine.</summary>
    public static Device Current => cuda.is_available() ? CUDA : CPU;

    /// <summary>The fastest format that gives the precision asked for.</summary>
    /// <returns>The format, and the reason why it is not the precision asked for, or null when it is.</returns>
    public static (ComputeFormat Format, string? Reason) FormatFor(Precision precision) => (cuda.is_available(), precision) switch
    {
        (true, Precision.Bf16) => (ComputeFormat.ChannelsLastBFloat16, null),
        (true, _) => (ComputeFormat.ChannelsLast, null),
        (false, _) => CpuTraining.FormatFor(precision),
    };
}
