using System.Globalization;

namespace GenreCloud.Dashboard.Spectrograms;

/// <summary>The moments that are named along a spectrogram.</summary>
internal static class TimeAxis
{
    private const int MostTicks = 8;

    private static readonly double[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

    /// <summary>Round moments from a start to an end, in seconds, at most eight.</summary>
    public static IEnumerable<double> Ticks(double start, double end)
    {
        var step = Array.Find(Steps, step => (end - start) / step <= MostTicks - 1);
        step = step == 0 ? (end - start) / (MostTicks - 1) : step;
        for (var index = Math.Ceiling(start / step); index * step <= end; index++)
        {
            yield return index * step;
        }
    }

    /// <summary>"5 s"; from a minute on "1:30".</summary>
    public static string Label(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{(int)(seconds % 60):00}");
}
