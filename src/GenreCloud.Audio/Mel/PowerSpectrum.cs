using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GenreCloud.Audio.Mel;

/// <summary>
/// Power spectra of <see cref="Lanes"/> frames of <see cref="Length"/> real samples at once, in double precision: quiet bins lie
/// thirteen decades below loud ones, which float32 would drown in rounding noise.
/// </summary>
/// <remarks>
/// Each frame has a lane of the vectors, so no step of the transform moves data between lanes. A real transform of 2048 is a complex one of
/// 1024 over pairs of samples, which is five passes of radix 4 in place, decimated in frequency: it leaves bin k where k's base-4 digits reversed say.
/// </remarks>
internal sealed class PowerSpectrum
{
    /// <summary>Samples of one frame.</summary>
    public const int Length = 2048;

    /// <summary>From 0 Hz to half the sample rate.</summary>
    public const int Bins = (Length / 2) + 1;

    /// <summary>Frames transformed at once.</summary>
    public const int Lanes = 4;

    private const int Pairs = Length / 2;

    private static readonly double[] Hann = [.. Enumerable.Range(0, Length).Select(n => 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / Length)))];

    /// <summary>cos and -sin of 2 pi k / 2048: e^(-2 pi i k / 2048).</summary>
    private static readonly double[] TwiddleReal = [.. Enumerable.Range(0, Length).Select(k => Math.Cos(2 * Math.PI * k / Length))];
    private static readonly double[] TwiddleImaginary = [.. Enumerable.Range(0, Length).Select(k => -Math.Sin(2 * Math.PI * k / Length))];

    private static readonly int[] Reversed = [.. Enumerable.Range(0, Pairs).Select(ReverseDigits)];

    private readonly Vector256<double>[] _real = new Vector256<double>[Pairs];
    private readonly Vector256<double>[] _imaginary = new Vector256<double>[Pairs];
    private readonly Vector256<double>[] _power = new Vector256<double>[Bins];

    /// <summary>The squared magnitude of each bin, a frame in each lane, under a periodic Hann window. Valid until the next call.</summary>
    /// <param name="samples">Holds 2048 samples from each start on.</param>
    /// <param name="starts">Where the frames begin, <see cref="Lanes"/> of them.</param>
    public ReadOnlySpan<Vector256<double>> Compute(ReadOnlySpan<float> samples, ReadOnlySpan<int> starts)
    {
        Window(
            samples.Slice(starts[0], Length),
            samples.Slice(starts[1], Length),
            samples.Slice(starts[2], Length),
            samples.Slice(starts[3], Length));
        for (var size = Pairs; size >= 4; size /= 4)
        {
            Pass(size);
        }

        Combine();
        return _power;
    }

    /// <summary>Even samples become real parts, odd ones imaginary parts.</summary>
    private void Window(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        for (var pair = 0; pair < Pairs; pair++)
        {
            var even = 2 * pair;
            var odd = even + 1;
            _real[pair] = Vector256.Create((double)a[even], b[even], c[even], d[even]) * Hann[even];
            _imaginary[pair] = Vector256.Create((double)a[odd], b[odd], c[odd], d[odd]) * Hann[odd];
        }
    }

    /// <summary>Splits every transform of <paramref name="size"/> into four of a quarter of it.</summary>
    private void Pass(int size)
    {
        var quarter = size / 4;
        var step = Length / size;
        ref var real = ref MemoryMarshal.GetArrayDataReference(_real);
        ref var imaginary = ref MemoryMarshal.GetArrayDataReference(_imaginary);
        for (var block = 0; block < Pairs; block += size)
        {
            for (var j = 0; j < quarter; j++)
            {
                ref var real0 = ref Unsafe.Add(ref real, block + j);
                ref var real1 = ref Unsafe.Add(ref real0, quarter);
                ref var real2 = ref Unsafe.Add(ref real1, quarter);
                ref var real3 = ref Unsafe.Add(ref real2, quarter);
                ref var imaginary0 = ref Unsafe.Add(ref imaginary, block + j);
                ref var imaginary1 = ref Unsafe.Add(ref imaginary0, quarter);
                ref var imaginary2 = ref Unsafe.Add(ref imaginary1, quarter);
                ref var imaginary3 = ref Unsafe.Add(ref imaginary2, quarter);

                var sum02Real = real0 + real2;
                var sum02Imaginary = imaginary0 + imaginary2;
                var difference02Real = real0 - real2;
                var difference02Imaginary = imaginary0 - imaginary2;
                var sum13Real = real1 + real3;
                var sum13Imaginary = imaginary1 + imaginary3;

                // -i times the difference.
                var turned13Real = imaginary1 - imaginary3;
                var turned13Imaginary = real3 - real1;

                real0 = sum02Real + sum13Real;
                imaginary0 = sum02Imaginary + sum13Imaginary;
                Turn(difference02Real + turned13Real, difference02Imaginary + turned13Imaginary, j * step, ref real1, ref imaginary1);
                Turn(sum02Real - sum13Real, sum02Imaginary - sum13Imaginary, 2 * j * step, ref real2, ref imaginary2);
                Turn(difference02Real - turned13Real, difference02Imaginary - turned13Imaginary, 3 * j * step, ref real3, ref imaginary3);
            }
        }
    }

    /// <summary>Multiplies by e^(-2 pi i <paramref name="twiddle"/> / 2048).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        Vector256<double> real, Vector256<double> imaginary, int twiddle, ref Vector256<double> turnedReal, ref Vector256<double> turnedImaginary)
    {
        var cosine = Vector256.Create(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(TwiddleReal), twiddle));
        var sine = Vector256.Create(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(TwiddleImaginary), twiddle));
        turnedReal = Vector256.MultiplyAddEstimate(real, cosine, -(imaginary * sine));
        turnedImaginary = Vector256.MultiplyAddEstimate(real, sine, imaginary * cosine);
    }

    /// <summary>
    /// With Z the transform of the pairs, E[k] = (Z[k] + conj Z[N-k]) / 2 is that of the even samples and O[k] = -i (Z[k] - conj Z[N-k]) / 2 that of the
    /// odd ones; the real transform is X[k] = E[k] + e^(-2 pi i k / 2N) O[k], and X[N-k] = conj(E[k] - e^(-2 pi i k / 2N) O[k]).
    /// </summary>
    private void Combine()
    {
        var atZero = _real[0] + _imaginary[0];
        var atNyquist = _real[0] - _imaginary[0];
        _power[0] = atZero * atZero;
        _power[Pairs] = atNyquist * atNyquist;
        for (var k = 1; k <= Pairs / 2; k++)
        {
            var low = Reversed[k];
            var high = Reversed[Pairs - k];
            var evenReal = (_real[low] + _real[high]) * 0.5;
            var evenImaginary = (_imaginary[low] - _imaginary[high]) * 0.5;
            Vector256<double> oddReal = default;
            Vector256<double> oddImaginary = default;
            Turn((_imaginary[low] + _imaginary[high]) * 0.5, (_real[high] - _real[low]) * 0.5, k, ref oddReal, ref oddImaginary);
            _power[k] = Square(evenReal + oddReal, evenImaginary + oddImaginary);
            _power[Pairs - k] = Square(evenReal - oddReal, evenImaginary - oddImaginary);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Square(Vector256<double> real, Vector256<double> imaginary)
        => Vector256.MultiplyAddEstimate(real, real, imaginary * imaginary);

    private static int ReverseDigits(int index)
    {
        var reversed = 0;
        for (var size = Pairs; size > 1; size /= 4)
        {
            reversed = (reversed * 4) + (index % 4);
            index /= 4;
        }

        return reversed;
    }
}
