namespace GenreCloud.Datasets.Batches;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). System.Random does not promise the same
/// numbers for a seed in the next version of .NET; this does.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>
    /// The generator of one place: its numbers are a function of the keys alone, and not of what was drawn anywhere before. Who
    /// continues from the middle needs no generator's state.
    /// </summary>
    /// <param name="keys">What tells the place from all others, for example seed, step and image.</param>
    public static SplitMix64 At(params ReadOnlySpan<long> keys)
    {
        ulong state = 0;
        foreach (var key in keys)
        {
            state = new SplitMix64(state ^ (ulong)key).Next();
        }

        return new SplitMix64(state);
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in 0..<paramref name="bound"/> - 1, each as likely as the others.</summary>
    public int Next(int bound)
    {
        // Numbers past the last whole multiple of the bound would favour small results.
        var range = (ulong)bound;
        var excess = (ulong.MaxValue % range) + 1;
        ulong number;
        do
        {
            number = Next();
        }
        while (excess != range && number > ulong.MaxValue - excess);

        return (int)(number % range);
    }

    /// <summary>A number above 0 and below 1, one of 2^53 that lie evenly.</summary>
    public double NextDouble() => ((Next() >> 11) + 0.5) / (1UL << 53);
}
