using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;
using Tensor = TorchSharp.torch.Tensor;

namespace GenreCloud.Modeling;

/// <summary>
/// The first block in one pass: convolution of the one-channel picture, normalisation by batch statistics, ReLU and 2x2 pool, without
/// ever storing the [B,64,128,1292] map that the convolution makes. That map is three quarters of a training step's memory, and a
/// 3x3 convolution of one channel costs less than writing its result. On the CPU only.
/// <para>
/// The map is linear in the picture's 3x3 patches p, so its statistics follow from those of the patches (E[p] and Cov[p], a vector
/// of 9 and a 9x9 matrix): mean = w.E[p] + b, variance = w'Cov[p]w. So do the sums over the whole map in the gradient, and the
/// rest of it needs only the patches at the maxima. The convolution's bias is cancelled by the normalisation: its gradient is zero
/// and is not given. Nor is one to the picture.
/// </para>
/// </summary>
internal sealed class FirstBlock : SingleTensorFunction<FirstBlock>
{
    private const int Channels = 64;
    private const int Taps = 9;
    private const int Lanes = 16;

    /// <summary>Marks a maximum that the ReLU cuts off, where others have their place in the 2x2 window, 0 to 3.</summary>
    private const byte CutOff = 4;

    private const int Rows = SpectrogramShape.Bands / 2;
    private const int Columns = SpectrogramShape.Frames / 2;
    private const int PaddedWidth = SpectrogramShape.Frames + 2;
    private const int PaddedSize = (SpectrogramShape.Bands + 2) * PaddedWidth;

    public override string Name => nameof(FirstBlock);

    /// <summary>Runs the block for training, and moves the running statistics as BatchNorm does.</summary>
    /// <param name="pixels">float32 [B,1,128,1292], contiguous.</param>
    /// <param name="convolution">3x3, padding 1, 1 to 64 channels.</param>
    /// <param name="normalization">Of those 64 channels.</param>
    /// <param name="type">float32 or bfloat16, of the result.</param>
    /// <returns>[B,64,64,646], channels last.</returns>
    public static Tensor Run(Tensor pixels, Conv2d convolution, BatchNorm2d normalization, ScalarType type)
    {
        var patches = PatchMoments.Of(pixels);
        Track(patches, convolution, normalization);
        return apply(pixels, convolution.weight!, normalization.weight!, normalization.bias!, patches, normalization.eps, type);
    }

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var pixels = (Tensor)vars[0];
        var weight = (Tensor)vars[1];
        var patches = (PatchMoments)vars[4];
        var type = (ScalarType)vars[6];
        float[] weights = weight.data<float>().ToArray();
        float[] shifts = ((Tensor)vars[3]).data<float>().ToArray();
        double[] deviations = patches.Deviations(weights, (double)vars[5]);
        float[] scales = ((Tensor)vars[2]).data<float>().ToArray();

        // Convolution and normalisation together are one convolution.
        float[] taps = new float[Taps * Channels];
        float[] bias = new float[Channels];
        for (int channel = 0; channel < Channels; channel++)
        {
            double scale = scales[channel] / deviations[channel];
            bias[channel] = (float)(shifts[channel] - scale * patches.Mean(weights, channel));
            for (int tap = 0; tap < Taps; tap++)
            {
                taps[tap * Channels + channel] = (float)(scale * weights[channel * Taps + tap]);
            }
        }

        long images = pixels.shape[0];
        var result = empty([images, Rows, Columns, Channels], type);
        var places = empty([images, Rows, Columns, Channels], ScalarType.Byte);
        ForEachImage(images, image =>
        {
            using var picture = pixels.select(0, image);
            using var imageResult = result.select(0, image);
            using var imagePlaces = places.select(0, image);
            using var padded = Padded.Copy(picture);
            if (type == ScalarType.BFloat16)
            {
                Convolve<BFloat16Format, ushort>(padded.Span, taps, bias, MemoryMarshal.Cast<byte, ushort>(imageResult.bytes), imagePlaces.bytes);
            }
            else
            {
                Convolve<Float32Format, float>(padded.Span, taps, bias, MemoryMarshal.Cast<byte, float>(imageResult.bytes), imagePlaces.bytes);
            }
        });

        ctx.save_for_backward([pixels, places]);
        ctx.save_data(nameof(Saved), new Saved(patches, weights, scales, deviations));
        return result.permute(0, 3, 1, 2);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var saved = (Saved)ctx.get_data(nameof(Saved));
        var variables = ctx.get_saved_variables();
        var (pixels, places) = (variables[0], variables[1]);
        long images = pixels.shape[0];
        using var gradient = grad_output.permute(0, 2, 3, 1).contiguous();
        bool isBFloat16 = gradient.dtype == ScalarType.BFloat16;

        // One sum an image, added in the order of the images, so that threads do not change the result.
        double[][] sums = new double[images][];
        ForEachImage(images, image =>
        {
            using var picture = pixels.select(0, image);
            using var imageGradient = gradient.select(0, image);
            using var imagePlaces = places.select(0, image);
            using var padded = Padded.Copy(picture);
            sums[image] = isBFloat16
                ? SumAtMaxima<BFloat16Format, ushort>(padded.Span, MemoryMarshal.Cast<byte, ushort>(imageGradient.bytes), imagePlaces.bytes)
                : SumAtMaxima<Float32Format, float>(padded.Span, MemoryMarshal.Cast<byte, float>(imageGradient.bytes), imagePlaces.bytes);
        });
        places.Dispose();
        double[] sum = new double[(Taps + 1) * Channels];
        foreach (double[] imageSum in sums)
        {
            TensorPrimitives.Add(sum, imageSum, sum);
        }

        float[] weightGradient = new float[Channels * Taps];
        float[] scaleGradient = new float[Channels];
        float[] shiftGradient = new float[Channels];
        for (int channel = 0; channel < Channels; channel++)
        {
            double total = sum[Taps * Channels + channel];
            double projected = 0;
            for (int tap = 0; tap < Taps; tap++)
            {
                projected += saved.Weights[channel * Taps + tap] * sum[tap * Channels + channel];
            }

            double deviation = saved.Deviations[channel];
            double scaleSum = (projected - total * saved.Patches.Mean(saved.Weights, channel)) / deviation;
            shiftGradient[channel] = (float)total;
            scaleGradient[channel] = (float)scaleSum;
            for (int tap = 0; tap < Taps; tap++)
            {
                double centred = sum[tap * Channels + channel] - total * saved.Patches.Means[tap];
                double alongMap = scaleSum * saved.Patches.Covariance(saved.Weights, channel, tap) / deviation;
                weightGradient[channel * Taps + tap] = (float)(saved.Scales[channel] / deviation * (centred - alongMap));
            }
        }

        return [null!, tensor(weightGradient).view(Channels, 1, 3, 3), tensor(scaleGradient), tensor(shiftGradient), null!, null!, null!];
    }

    private static void Track(PatchMoments patches, Conv2d convolution, BatchNorm2d normalization)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        double momentum = normalization.momentum!.Value;

        // Held, or the collector may free it while libtorch reads it.
        using Scalar one = 1;
        float[] weights = convolution.weight!.data<float>().ToArray();
        double unbiased = patches.Count / (patches.Count - 1.0);
        var mean = tensor(Enumerable.Range(0, Channels).Select(channel => (float)patches.Mean(weights, channel)).ToArray()).add(convolution.bias!, one);
        var variance = tensor(Enumerable.Range(0, Channels).Select(channel => (float)(unbiased * patches.Variance(weights, channel))).ToArray());
        normalization.running_mean!.lerp_(mean, momentum);
        normalization.running_var!.lerp_(variance, momentum);
        normalization.CountBatch();
    }

    private static void ForEachImage(long images, Action<int> body) =>
        Parallel.For(0, (int)images, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, body);

    // Few calls with much work each: optimised from the first call on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convolve<TFormat, T>(ReadOnlySpan<float> padded, float[] taps, float[] bias, Span<T> result, Span<byte> places)
        where TFormat : struct, IActivationFormat<T>
        where T : unmanaged
    {
        for (int row = 0; row < Rows; row++)
        {
            ref readonly float top = ref padded[2 * row * PaddedWidth];
            for (int channel = 0; channel < Channels; channel += Lanes)
            {
                ref readonly float tap = ref taps[channel];
                var w0 = Vector512.LoadUnsafe(in tap);
                var w1 = Vector512.LoadUnsafe(in tap, Channels);
                var w2 = Vector512.LoadUnsafe(in tap, 2 * Channels);
                var w3 = Vector512.LoadUnsafe(in tap, 3 * Channels);
                var w4 = Vector512.LoadUnsafe(in tap, 4 * Channels);
                var w5 = Vector512.LoadUnsafe(in tap, 5 * Channels);
                var w6 = Vector512.LoadUnsafe(in tap, 6 * Channels);
                var w7 = Vector512.LoadUnsafe(in tap, 7 * Channels);
                var w8 = Vector512.LoadUnsafe(in tap, 8 * Channels);
                var b = Vector512.LoadUnsafe(in bias[channel]);
                for (int column = 0; column < Columns; column++)
                {
                    var best = Vector512<float>.Zero;
                    var place = Vector512.Create((uint)CutOff);
                    for (int position = 0; position < 4; position++)
                    {
                        ref readonly float corner = ref Unsafe.Add(
                            ref Unsafe.AsRef(in top), (position >> 1) * PaddedWidth + 2 * column + (position & 1));
                        var value = Vector512.FusedMultiplyAdd(w0, At(in corner, 0), b);
                        value = Vector512.FusedMultiplyAdd(w1, At(in corner, 1), value);
                        value = Vector512.FusedMultiplyAdd(w2, At(in corner, 2), value);
                        value = Vector512.FusedMultiplyAdd(w3, At(in corner, PaddedWidth), value);
                        value = Vector512.FusedMultiplyAdd(w4, At(in corner, PaddedWidth + 1), value);
                        value = Vector512.FusedMultiplyAdd(w5, At(in corner, PaddedWidth + 2), value);
                        value = Vector512.FusedMultiplyAdd(w6, At(in corner, 2 * PaddedWidth), value);
                        value = Vector512.FusedMultiplyAdd(w7, At(in corner, 2 * PaddedWidth + 1), value);
                        value = Vector512.FusedMultiplyAdd(w8, At(in corner, 2 * PaddedWidth + 2), value);
                        var greater = Vector512.GreaterThan(value, best);
                        best = Vector512.ConditionalSelect(greater, value, best);
                        place = Vector512.ConditionalSelect(greater.AsUInt32(), Vector512.Create((uint)position), place);
                    }

                    int at = (row * Columns + column) * Channels + channel;
                    TFormat.Store(best, ref result[at]);
                    var halved = Vector256.Narrow(place.GetLower(), place.GetUpper());
                    Vector128.Narrow(halved.GetLower(), halved.GetUpper()).StoreUnsafe(ref places[at]);
                }
            }
        }
    }

    /// <summary>For each channel the sum of the gradient times each tap of the patch at its maximum, and last the sum of the gradient: [10,64].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] SumAtMaxima<TFormat, T>(ReadOnlySpan<float> padded, ReadOnlySpan<T> gradient, ReadOnlySpan<byte> places)
        where TFormat : struct, IActivationFormat<T>
        where T : unmanaged
    {
        double[] sums = new double[(Taps + 1) * Channels];
        Span<float> rowSum = stackalloc float[Lanes];
        for (int row = 0; row < Rows; row++)
        {
            ref readonly float top = ref padded[2 * row * PaddedWidth];
            for (int channel = 0; channel < Channels; channel += Lanes)
            {
                var s0 = Vector512<float>.Zero;
                var s1 = Vector512<float>.Zero;
                var s2 = Vector512<float>.Zero;
                var s3 = Vector512<float>.Zero;
                var s4 = Vector512<float>.Zero;
                var s5 = Vector512<float>.Zero;
                var s6 = Vector512<float>.Zero;
                var s7 = Vector512<float>.Zero;
                var s8 = Vector512<float>.Zero;
                var total = Vector512<float>.Zero;
                for (int column = 0; column < Columns; column++)
                {
                    int at = (row * Columns + column) * Channels + channel;
                    var all = TFormat.Load(in gradient[at]);
                    var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(in places[at]));
                    var (first, second) = Vector256.Widen(Vector256.Create(low, high));
                    var place = Vector512.Create(first, second);
                    for (int position = 0; position < 4; position++)
                    {
                        ref readonly float corner = ref Unsafe.Add(
                            ref Unsafe.AsRef(in top), (position >> 1) * PaddedWidth + 2 * column + (position & 1));
                        var here = Vector512.ConditionalSelect(Vector512.Equals(place, Vector512.Create((uint)position)).AsSingle(), all, Vector512<float>.Zero);
                        s0 = Vector512.FusedMultiplyAdd(here, At(in corner, 0), s0);
                        s1 = Vector512.FusedMultiplyAdd(here, At(in corner, 1), s1);
                        s2 = Vector512.FusedMultiplyAdd(here, At(in corner, 2), s2);
                        s3 = Vector512.FusedMultiplyAdd(here, At(in corner, PaddedWidth), s3);
                        s4 = Vector512.FusedMultiplyAdd(here, At(in corner, PaddedWidth + 1), s4);
                        s5 = Vector512.FusedMultiplyAdd(here, At(in corner, PaddedWidth + 2), s5);
                        s6 = Vector512.FusedMultiplyAdd(here, At(in corner, 2 * PaddedWidth), s6);
                        s7 = Vector512.FusedMultiplyAdd(here, At(in corner, 2 * PaddedWidth + 1), s7);
                        s8 = Vector512.FusedMultiplyAdd(here, At(in corner, 2 * PaddedWidth + 2), s8);
                        total += here;
                    }
                }

                // A row's sums are short enough for float32; the picture's are not.
                Add(s0, 0, rowSum);
                Add(s1, 1, rowSum);
                Add(s2, 2, rowSum);
                Add(s3, 3, rowSum);
                Add(s4, 4, rowSum);
                Add(s5, 5, rowSum);
                Add(s6, 6, rowSum);
                Add(s7, 7, rowSum);
                Add(s8, 8, rowSum);
                Add(total, Taps, rowSum);

                void Add(Vector512<float> values, int tap, Span<float> buffer)
                {
                    values.CopyTo(buffer);
                    for (int lane = 0; lane < Lanes; lane++)
                    {
                        sums[tap * Channels + channel + lane] += buffer[lane];
                    }
                }
            }
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(ref readonly float corner, int offset) =>
        Vector512.Create(Unsafe.Add(ref Unsafe.AsRef(in corner), offset));

    private sealed record Saved(PatchMoments Patches, float[] Weights, float[] Scales, double[] Deviations);

    /// <summary>A picture with a border of zeros, one wide, in a pooled buffer.</summary>
    private sealed class Padded : IDisposable
    {
        private readonly float[] _buffer = ArrayPool<float>.Shared.Rent(PaddedSize);

        public ReadOnlySpan<float> Span => _buffer.AsSpan(0, PaddedSize);

        public static Padded Copy(Tensor picture)
        {
            var padded = new Padded();
            var target = padded._buffer.AsSpan(0, PaddedSize);
            var source = MemoryMarshal.Cast<byte, float>(picture.bytes);
            target.Clear();
            for (int row = 0; row < SpectrogramShape.Bands; row++)
            {
                source.Slice(row * SpectrogramShape.Frames, SpectrogramShape.Frames).CopyTo(target[((row + 1) * PaddedWidth + 1)..]);
            }

            return padded;
        }

        public void Dispose() => ArrayPool<float>.Shared.Return(_buffer);
    }

    /// <summary>Mean and covariance of all 3x3 patches of a batch.</summary>
    private sealed class PatchMoments
    {
        private readonly double[,] _covariance = new double[Taps, Taps];

        private PatchMoments(long count)
        {
            Count = count;
        }

        /// <summary>Number of patches.</summary>
        public long Count { get; }

        public double[] Means { get; } = new double[Taps];

        public static PatchMoments Of(Tensor pixels)
        {
            long images = pixels.shape[0];
            double[][] sums = new double[images][];
            ForEachImage(images, image =>
            {
                using var picture = pixels.select(0, image);
                using var padded = Padded.Copy(picture);
                sums[image] = Sums(padded.Span);
            });

            var moments = new PatchMoments(images * SpectrogramShape.Pixels);
            double[] sum = new double[Taps + Taps * Taps];
            foreach (double[] imageSum in sums)
            {
                TensorPrimitives.Add(sum, imageSum, sum);
            }

            for (int tap = 0; tap < Taps; tap++)
            {
                moments.Means[tap] = sum[tap] / moments.Count;
            }

            for (int tap = 0; tap < Taps; tap++)
            {
                for (int other = 0; other < Taps; other++)
                {
                    double product = sum[Taps + Math.Min(tap, other) * Taps + Math.Max(tap, other)] / moments.Count;
                    moments._covariance[tap, other] = product - moments.Means[tap] * moments.Means[other];
                }
            }

            return moments;
        }

        /// <summary>Mean of the channel's map, without the convolution's bias.</summary>
        public double Mean(float[] weights, int channel)
        {
            double mean = 0;
            for (int tap = 0; tap < Taps; tap++)
            {
                mean += weights[channel * Taps + tap] * Means[tap];
            }

            return mean;
        }

        /// <summary>Covariance of the channel's map with one tap of the patches.</summary>
        public double Covariance(float[] weights, int channel, int tap)
        {
            double covariance = 0;
            for (int other = 0; other < Taps; other++)
            {
                covariance += _covariance[tap, other] * weights[channel * Taps + other];
            }

            return covariance;
        }

        /// <summary>Variance of the channel's map, over all of its values.</summary>
        public double Variance(float[] weights, int channel)
        {
            double variance = 0;
            for (int tap = 0; tap < Taps; tap++)
            {
                variance += weights[channel * Taps + tap] * Covariance(weights, channel, tap);
            }

            return Math.Max(0, variance);
        }

        public double[] Deviations(float[] weights, double epsilon) =>
            [.. Enumerable.Range(0, Channels).Select(channel => Math.Sqrt(Variance(weights, channel) + epsilon))];

        /// <summary>Sums of each tap, then of the products of each pair of taps with the first not after the second.</summary>
        private static double[] Sums(ReadOnlySpan<float> padded)
        {
            double[] sums = new double[Taps + Taps * Taps];
            for (int row = 0; row < SpectrogramShape.Bands; row++)
            {
                for (int tap = 0; tap < Taps; tap++)
                {
                    var values = Tap(padded, row, tap);
                    sums[tap] += TensorPrimitives.Sum(values);
                    for (int other = tap; other < Taps; other++)
                    {
                        sums[Taps + tap * Taps + other] += TensorPrimitives.Dot(values, Tap(padded, row, other));
                    }
                }
            }

            return sums;
        }

        private static ReadOnlySpan<float> Tap(ReadOnlySpan<float> padded, int row, int tap) =>
            padded.Slice((row + tap / 3) * PaddedWidth + tap % 3, SpectrogramShape.Frames);
    }

    /// <summary>How activations lie in memory. Structs, so that each kernel is compiled for its own.</summary>
    private interface IActivationFormat<T>
        where T : unmanaged
    {
        static abstract Vector512<float> Load(ref readonly T source);

        static abstract void Store(Vector512<float> values, ref T destination);
    }

    private readonly struct Float32Format : IActivationFormat<float>
    {
        public static Vector512<float> Load(ref readonly float source) => Vector512.LoadUnsafe(in source);

        public static void Store(Vector512<float> values, ref float destination) => values.StoreUnsafe(ref destination);
    }

    /// <summary>bfloat16 is the upper half of a float32, rounded to nearest, ties to even.</summary>
    private readonly struct BFloat16Format : IActivationFormat<ushort>
    {
        public static Vector512<float> Load(ref readonly ushort source)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(in source));
            return (Vector512.Create(low, high) << 16).AsSingle();
        }

        public static void Store(Vector512<float> values, ref ushort destination)
        {
            var bits = values.AsUInt32();
            var rounded = (bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
            Vector256.Narrow(rounded.GetLower(), rounded.GetUpper()).StoreUnsafe(ref destination);
        }
    }
}
