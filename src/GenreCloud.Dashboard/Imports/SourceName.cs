using GenreCloud.Client.Imports;

namespace GenreCloud.Dashboard.Imports;

/// <summary>What to call where an import comes from.</summary>
internal static class SourceName
{
    /// <summary>The file, the address or the path; of several zips the first, and how many more there are.</summary>
    public static string Of(Import import)
    {
        var names = import.Sources.Select((source, index) => Of(source, import.StagedArchives.ElementAtOrDefault(index))).ToArray();
        return names switch
        {
            [] => import.StagedArchives is [{ FileName: { } file }, ..] ? file : "an upload",
            [var only] => only,
            [var first, ..] => $"{first} and {names.Length - 1} more",
        };
    }

    public static string Of(ImportSource source, StagedSource? staged) =>
        source.Url ?? source.Blob ?? source.Path ?? staged?.FileName ?? "an upload";
}
