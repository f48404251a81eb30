using CsCheck;
using Xunit;

namespace GenreCloud.Testing;

/// <summary>Property tests over the same samples on every run: CsCheck's own loop repeats only its first sample for a seed.</summary>
public static class FixedSamples
{
    private const ulong Seed = 20_200_101;

    /// <summary>Fails with the sample for which <paramref name="property"/> does not hold.</summary>
    public static void ForAll<T>(this Gen<T> gen, int count, Func<T, bool> property)
    {
        for (uint stream = 0; stream < count; stream++)
        {
            var sample = gen.Generate(new PCG(stream, Seed), null, out _);
            if (!property(sample))
            {
                Assert.Fail($"The property does not hold for sample {stream}: {Check.Print(sample)}");
            }
        }
    }

    public static void ForAll<T1, T2>(this Gen<(T1, T2)> gen, int count, Func<T1, T2, bool> property)
        => gen.ForAll(count, sample => property(sample.Item1, sample.Item2));

    public static void ForAll<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, int count, Func<T1, T2, T3, bool> property)
        => gen.ForAll(count, sample => property(sample.Item1, sample.Item2, sample.Item3));

    public static void ForAll<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, int count, Func<T1, T2, T3, T4, bool> property)
        => gen.ForAll(count, sample => property(sample.Item1, sample.Item2, sample.Item3, sample.Item4));
}
