using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GenreCloud.Audio.Resampling;

/// <summary>
/// Brings a mono song to another sample rate as librosa 0.7.2 with resampy 0.2.2 (<c>kaiser_best</c>) did, piece by piece. From 44,100 to 22,050 Hz, the case
/// of all source data, that is one filter and every second sample, and the result is resampy's to the last bit.
/// </summary>
/// <remarks>
/// <para>
/// resampy adds up in float32, from the middle of the filter to its left end and then to its right end. Its rounding noise fills the filter's stop band, the
/// highest of the mel bands, whose quietest moment sets the scale of the whole picture. So this rounds at the same places.
/// </para>
/// <para>
/// With target / source = L / M in lowest terms, the output at t lies at t M / L of the input, and only L different filters occur. Outputs that are a multiple of L
/// apart share their filter and lie a multiple of M inputs apart. <see cref="Lanes"/> of them are computed side by side: the input is laid out so that what
/// they need for one value of the filter is adjacent.
/// </para>
/// </remarks>
internal sealed class Resampler
{
    /// <summary>Outputs computed side by side: enough for the processor to work on some while it waits for the sums of others.</summary>
    private const int Lanes = 32;

    /// <summary>The least outputs of one lane at a time, which makes laying the input out cheap beside the sums.</summary>
    private const int MinLaneLength = 128;

    /// <summary>
    /// Filters that are kept: enough for every rate in use (48,000 Hz needs 147, 8,000 Hz 441). An odd rate like 44,056 Hz has thousands, each of which is
    /// computed when its turn comes.
    /// </summary>
    private const int MaxKeptFilters = 512;

    private readonly double _ratio;
    private readonly int _up;
    private readonly int _down;
    private readonly int _indexStep;

    /// <summary>Values of each half of a filter; the left one begins with the input sample at or before the output's place.</summary>
    private readonly int _wingLength;

    /// <summary>Outputs and inputs from one lane to the next.</summary>
    private readonly int _laneOutputs;
    private readonly int _laneInputs;

    private readonly double[]? _filters;
    private readonly double[] _oneFilter;

    /// <summary>The input that the next outputs of all lanes need, from the left end of the first one's filter on; zeros precede the song.</summary>
    private readonly float[] _block;
    private int _filled;

    /// <summary>float64 [inputs that one lane needs, <see cref="Lanes"/>].</summary>
    private readonly double[] _layout;
    private readonly float[] _produced;

    private long _inputCount;
    private long _outputCount;

    /// <param name="sourceRate">In Hz.</param>
    /// <param name="targetRate">In Hz.</param>
    public Resampler(int sourceRate, int targetRate)
    {
        var divisor = (int)BigInteger.GreatestCommonDivisor(sourceRate, targetRate);
        _up = targetRate / divisor;
        _down = sourceRate / divisor;
        _ratio = (double)targetRate / sourceRate;

        // resampy rounds the step through its window down, and so do we.
        _indexStep = (int)(Math.Min(1, _ratio) * KaiserBestWindow.ValuesPerCrossing);
        _wingLength = KaiserBestWindow.Values.Length / _indexStep;
        var periods = ((MinLaneLength - 1) / _up) + 1;
        _laneOutputs = periods * _up;
        _laneInputs = periods * _down;
        var reach = 2 * _wingLength;
        _block = new float[(Lanes * _laneInputs) + reach];
        _filled = _wingLength - 1;
        _layout = new double[(_laneInputs + reach) * Lanes];
        _produced = new float[Lanes * _laneOutputs];
        _oneFilter = new double[reach];
        if (_up <= MaxKeptFilters)
        {
            _filters = new double[_up * reach];
            for (var fraction = 0; fraction < _up; fraction++)
            {
                ComputeFilter(fraction, _filters.AsSpan(fraction * reach, reach));
            }
        }
    }

    /// <summary>Takes the next samples in, and gives those out that are ready.</summary>
    /// <param name="samples">Finite.</param>
    public void Push(ReadOnlySpan<float> samples, IBufferWriter<float> output)
    {
        _inputCount += samples.Length;
        while (samples.Length > 0)
        {
            var count = Math.Min(samples.Length, _block.Length - _filled);
            samples[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            samples = samples[count..];
            if (_filled == _block.Length)
            {
                Produce(output, _produced.Length);
            }
        }
    }

    /// <summary>Gives out what is left: ceil(samples taken in x target rate / source rate) in all, a last incomplete one being zero.</summary>
    public void Complete(IBufferWriter<float> output)
    {
        // In double precision, as in librosa, which rounds a few whole numbers up to the next.
        var exact = _inputCount * _ratio;
        while (_outputCount < (long)exact)
        {
            // Zeros follow the song.
            _block.AsSpan(_filled).Clear();
            _filled = _block.Length;
            Produce(output, (int)Math.Min((long)exact - _outputCount, _produced.Length));
        }

        if (_outputCount < (long)Math.Ceiling(exact))
        {
            output.Write([0f]);
            _outputCount++;
        }
    }

    /// <summary>Computes the outputs of a full block, gives the first of them out, and moves what the next ones need to the block's front.</summary>
    private void Produce(IBufferWriter<float> output, int count)
    {
        for (var i = 0; i < _laneInputs + (2 * _wingLength); i++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                _layout[(i * Lanes) + lane] = _block[(lane * _laneInputs) + i];
            }
        }

        Span<double> sums = stackalloc double[Lanes];
        for (var index = 0; index < _laneOutputs; index++)
        {
            var place = Math.DivRem((long)index * _down, _up, out var fraction);
            AddUp(FilterAt((int)fraction), _layout.AsSpan((int)place * Lanes, 2 * _wingLength * Lanes), sums);
            for (var lane = 0; lane < Lanes; lane++)
            {
                _produced[(lane * _laneOutputs) + index] = (float)sums[lane];
            }
        }

        output.Write(_produced.AsSpan(0, count));
        _outputCount += count;
        var used = Lanes * _laneInputs;
        _block.AsSpan(used).CopyTo(_block);
        _filled -= used;
    }

    private ReadOnlySpan<double> FilterAt(int fraction)
    {
        var reach = 2 * _wingLength;
        if (_filters is not null)
        {
            return _filters.AsSpan(fraction * reach, reach);
        }

        ComputeFilter(fraction, _oneFilter);
        return _oneFilter;
    }

    /// <summary>The filter for an output that lies <paramref name="fraction"/> / L after an input sample, in the order of the input.</summary>
    private void ComputeFilter(int fraction, Span<double> filter)
    {
        var scale = Math.Min(1, _ratio);
        var after = scale * fraction / _up;
        filter.Clear();
        Interpolate(after, scale, filter[.._wingLength]);
        filter[.._wingLength].Reverse();
        Interpolate(scale - after, scale, filter[_wingLength..]);
    }

    /// <summary>One wing of a filter, outwards: between two values of the window linearly.</summary>
    /// <param name="distance">From the output's place to the wing's first input sample, in zero crossings.</param>
    /// <param name="gain">What brings the filter's sum back to 1.</param>
    private void Interpolate(double distance, double gain, Span<double> wing)
    {
        var window = KaiserBestWindow.Values;
        var index = distance * KaiserBestWindow.ValuesPerCrossing;
        var offset = (int)index;
        var eta = index - offset;
        var count = (window.Length - offset) / _indexStep;
        for (var i = 0; i < count; i++)
        {
            var at = offset + (i * _indexStep);
            var delta = at + 1 < window.Length ? window[at + 1] - window[at] : 0;
            wing[i] = gain * (window[at] + (eta * delta));
        }
    }

    /// <summary>Sums of all lanes, rounded to float32 after each value of the filter: its left wing outwards, then its right one.</summary>
    /// <param name="filter">Both wings.</param>
    /// <param name="inputs">float64 [filter, lanes].</param>
    /// <param name="sums">Gets the values of float32 [lanes].</param>
    private static void AddUp(ReadOnlySpan<double> filter, ReadOnlySpan<double> inputs, Span<double> sums)
    {
        ref var weight = ref MemoryMarshal.GetReference(filter);
        ref var input = ref MemoryMarshal.GetReference(inputs);
        var wing = filter.Length / 2;
        var sum0 = Vector256<double>.Zero;
        var sum1 = Vector256<double>.Zero;
        var sum2 = Vector256<double>.Zero;
        var sum3 = Vector256<double>.Zero;
        var sum4 = Vector256<double>.Zero;
        var sum5 = Vector256<double>.Zero;
        var sum6 = Vector256<double>.Zero;
        var sum7 = Vector256<double>.Zero;
        for (var i = 0; i < filter.Length; i++)
        {
            var at = i < wing ? wing - 1 - i : i;
            var value = Vector256.Create(Unsafe.Add(ref weight, at));
            ref var row = ref Unsafe.Add(ref input, at * Lanes);
            sum0 = Add(sum0, value, ref row, 0);
            sum1 = Add(sum1, value, ref row, 1);
            sum2 = Add(sum2, value, ref row, 2);
            sum3 = Add(sum3, value, ref row, 3);
            sum4 = Add(sum4, value, ref row, 4);
            sum5 = Add(sum5, value, ref row, 5);
            sum6 = Add(sum6, value, ref row, 6);
            sum7 = Add(sum7, value, ref row, 7);
        }

        var target = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        target[0] = sum0;
        target[1] = sum1;
        target[2] = sum2;
        target[3] = sum3;
        target[4] = sum4;
        target[5] = sum5;
        target[6] = sum6;
        target[7] = sum7;
    }

    /// <summary>
    /// Adds a product and rounds to the 24 bits of a float32 without leaving float64, by Veltkamp's splitting, which takes half the time of two conversions.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Add(Vector256<double> sum, Vector256<double> weight, ref double row, int group)
    {
        const double splitter = (1 << 29) + 1;
        var exact = Vector256.MultiplyAddEstimate(weight, Vector256.LoadUnsafe(ref row, (nuint)(group * Vector256<double>.Count)), sum);
        var scaled = exact * splitter;
        return scaled - (scaled - exact);
    }
}
