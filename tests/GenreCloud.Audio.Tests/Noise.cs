namespace GenreCloud.Audio.Tests;

/// <summary>White noise that can be had again.</summary>
internal static class Noise
{
    /// <summary>Samples from -1 to 1.</summary>
    public static float[] Of(int samples, int seed)
    {
        var random = new Random(seed);
        var noise = new float[samples];
        for (var i = 0; i < samples; i++)
        {
            noise[i] = (random.NextSingle() * 2) - 1;
        }

        return noise;
    }
}
