namespace GenreCloud.Dashboard.Datasets;

/// <summary>Which two versions of a dataset to compare.</summary>
internal static class ComparedVersions
{
    /// <summary>Those that are asked for, where they are there; else the newest with the one before it. Null where there are no two.</summary>
    /// <param name="versions">Oldest first.</param>
    public static (int? From, int? To) Of(IReadOnlyList<int> versions, int? from, int? to)
    {
        if (versions.Count < 2)
        {
            return (null, null);
        }

        var second = to is { } wanted && versions.Contains(wanted) ? wanted : versions[^1];
        var first = from is { } other && versions.Contains(other) ? other
            : versions.LastOrDefault(version => version < second, versions.First(version => version != second));
        return (first, second);
    }
}
