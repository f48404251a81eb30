using static TorchSharp.torch;

namespace GenreCloud.Onnx.Tests;

/// <summary>
/// Random numbers from a generator of their own: TorchSharp's is one for the process, and tests run side by side.
/// </summary>
internal static class SeededTensors
{
    /// <summary>Uniform in [-1,1).</summary>
    public static Tensor Uniform(int seed, params long[] shape)
    {
        var random = new Random(seed);
        var elements = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = random.NextSingle() * 2 - 1;
        }

        return tensor(elements, shape);
    }

    /// <summary>Grey levels, each value equally likely.</summary>
    public static byte[] GreyLevels(int seed, int samples)
    {
        var pixels = new byte[samples * OnnxClassifier.Pixels];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    /// <summary>
    /// Gives a network weights that keep the size of activations about as a trained one's, and running statistics that differ
    /// from a fresh BatchNorm's 0 and 1.
    /// </summary>
    public static T Randomized<T>(T module, int seed)
        where T : nn.Module
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, values) in module.state_dict())
        {
            if (values.dtype != ScalarType.Float32)
            {
                continue;
            }

            var uniform = Uniform(seed++, values.shape);
            var fanIn = values.shape.Skip(1).Aggregate(1L, (product, size) => product * size);
            values.copy_(name switch
            {
                _ when name.EndsWith("running_var", StringComparison.Ordinal) => 1 + 0.5f * uniform,
                _ when values.shape.Length > 1 => uniform * (float)Math.Sqrt(3.0 / fanIn),
                _ when name.EndsWith("weight", StringComparison.Ordinal) => 1 + 0.3f * uniform,
                _ => 0.3f * uniform,
            });
        }

        module.eval();
        return module;
    }
}
