using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

// torch's random generator and its count of live tensors belong to the process.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

namespace GenreCloud.Modeling.Tests;

/// <summary>Networks and pictures made from a seed.</summary>
internal static class Networks
{
    /// <summary>Many test processes share the machine's cores, and one thread makes sums repeatable.</summary>
    [ModuleInitializer]
    internal static void LoadOneThreaded()
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
    }

    public static Crnn Crnn(int classes) => (Crnn)Architecture.Named("crnn").Create(new NetworkInputs(classes), seed: 1);

    /// <summary>Gives the normalisations statistics and scales other than the initial ones, negative scales among them.</summary>
    public static void Disturb(Crnn network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var generator = new Generator(11);
        foreach (var normalization in network.Convolutions.Blocks.Select(block => block.Normalization))
        {
            normalization.running_mean!.copy_(randn([64], generator: generator) * 0.1);
            normalization.running_var!.copy_(rand([64], generator: generator) + 0.2);
            normalization.weight!.copy_(randn([64], generator: generator));
            normalization.bias!.copy_(randn([64], generator: generator));
        }
    }

    /// <summary>Noise, uint8 [images,128,1292].</summary>
    public static Tensor Pixels(int images, long seed) =>
        randint(0, 256, [images, SpectrogramShape.Bands, SpectrogramShape.Frames], ScalarType.Byte, generator: new Generator((ulong)seed));

    /// <summary>A hash of every weight and statistic, to the bit.</summary>
    public static string Bits(SpectrogramNetwork network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, value) in network.state_dict())
        {
            hash.AppendData(value.contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static double LargestDifference(Tensor first, Tensor second) => (first - second).abs().max().ToDouble();
}
