namespace GenreCloud.Inference.Serving;

/// <summary>A loaded model version that may be unloaded.</summary>
/// <param name="Bytes">What it takes of the process's memory.</param>
/// <param name="IsPreferred">Whether requests come for it all the time.</param>
/// <param name="LastUse">A timestamp.</param>
internal sealed record LoadedVersion(string Model, int Version, long Bytes, bool IsPreferred, long LastUse);

/// <summary>Which versions have to go for the others to fit into memory.</summary>
internal static class ModelEviction
{
    /// <param name="versions">Those that may go.</param>
    /// <param name="excessBytes">How much is to become free; not positive for nothing.</param>
    /// <returns>Those that were used longest ago, preferred ones last, until what they take is as much; all of them where that is not enough.</returns>
    public static IReadOnlyList<LoadedVersion> Choose(IEnumerable<LoadedVersion> versions, long excessBytes)
    {
        var chosen = new List<LoadedVersion>();
        foreach (var version in versions.OrderBy(version => version.IsPreferred).ThenBy(version => version.LastUse))
        {
            if (excessBytes <= 0)
            {
                break;
            }

            chosen.Add(version);
            excessBytes -= version.Bytes;
        }

        return chosen;
    }
}
