using System.Collections.Frozen;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// Which labels of the metal dataset become classes: the rules of the project that published it, so that a model has its 20
/// classes and can be compared. A label that no rule names stays as it is.
/// </summary>
internal static class MetalLabels
{
    private static readonly FrozenDictionary<string, string> Merged = new Dictionary<string, string>
    {
        ["depressive black metal"] = "black metal",
        ["blackgaze"] = "black metal",
        ["slam death metal"] = "death metal",
        ["technical death metal"] = "death metal",
        ["sludge metal"] = "doom metal",
        ["funeral doom"] = "doom metal",
        ["goregrind"] = "grindcore",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Dropped =
        FrozenSet.Create(StringComparer.Ordinal, "nwobhm", "crust punk", "mathcore", "drone metal", "djent");

    /// <summary>The class that a label belongs to.</summary>
    public static string Merge(string label) => Merged.GetValueOrDefault(label, label);

    /// <summary>Whether tracks with this label are left out.</summary>
    public static bool IsDropped(string label) => Dropped.Contains(label);
}
