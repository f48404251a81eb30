using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Splits;

/// <summary>
/// Samples that artists bind together: all tracks whose artists are connected by tracks they made together are one group, and a
/// track without artist is one by itself.
/// </summary>
public static class ArtistGroups
{
    /// <summary>Finds the group of each sample, by union-find.</summary>
    /// <returns>For each sample the smallest index of its group, which names the group.</returns>
    public static int[] Of(IReadOnlyList<SampleDescription> samples)
    {
        var parents = Enumerable.Range(0, samples.Count).ToArray();
        var firstOfArtist = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < samples.Count; index++)
        {
            foreach (var artist in samples[index].Artists)
            {
                if (!firstOfArtist.TryAdd(artist, index))
                {
                    var (a, b) = (Root(parents, firstOfArtist[artist]), Root(parents, index));
                    parents[Math.Max(a, b)] = Math.Min(a, b);
                }
            }
        }

        return [.. parents.Select((_, index) => Root(parents, index))];
    }

    private static int Root(int[] parents, int index)
    {
        while (parents[index] != index)
        {
            parents[index] = parents[parents[index]];
            index = parents[index];
        }

        return index;
    }
}
