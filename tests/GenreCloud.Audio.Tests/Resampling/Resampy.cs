using GenreCloud.Audio.Resampling;

namespace GenreCloud.Audio.Tests.Resampling;

/// <summary>
/// Smith's bandlimited interpolation in the plain form that resampy has it, one output after the other. Version 0.2.2 adds its clock up in floating point and so
/// comes a little before some whole samples, where its rounded step makes a difference of up to 0.003; later versions and this have an exact clock.
/// </summary>
internal static class Resampy
{
    public static float[] Resample(float[] samples, int rate)
    {
        const int values = KaiserBestWindow.ValuesPerCrossing;
        var ratio = 22_050.0 / rate;
        var scale = Math.Min(1, ratio);
        var window = KaiserBestWindow.Values.ToArray();
        var step = (int)(scale * values);
        var output = new float[(int)Math.Ceiling(samples.Length * ratio)];
        for (var t = 0; t < (int)(samples.Length * ratio); t++)
        {
            var n = (int)Math.DivRem((long)t * rate, 22_050, out var rest);
            var fraction = scale * rest / 22_050;
            var sum = 0f;
            for (var i = 0; i < Math.Min(n + 1, Count(fraction)); i++)
            {
                sum = (float)(sum + (Weight(fraction, i) * samples[n - i]));
            }

            for (var i = 0; i < Math.Min(samples.Length - n - 1, Count(scale - fraction)); i++)
            {
                sum = (float)(sum + (Weight(scale - fraction, i) * samples[n + 1 + i]));
            }

            output[t] = sum;
        }

        return output;

        int Count(double distance) => (window.Length - (int)(distance * values)) / step;

        double Weight(double distance, int i)
        {
            var index = distance * values;
            var at = (int)index + (i * step);
            var next = at + 1 < window.Length ? window[at + 1] : window[at];
            return scale * (window[at] + ((index - (int)index) * (next - window[at])));
        }
    }
}
