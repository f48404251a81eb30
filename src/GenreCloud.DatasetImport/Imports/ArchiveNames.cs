using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>What the quarantine of a version with several archives calls each of them, so that a file is looked for in the right one.</summary>
internal static class ArchiveNames
{
    /// <summary>The file names of a version's archives, in their order.</summary>
    public static IEnumerable<string?> FilesOf(DatasetManifest manifest) => manifest.FurtherSources.Prepend(manifest.Source).Select(source => source.FileName);

    /// <summary>The file name of each; its number where there is none, or where one before it has the same.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string?> files)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. files.Select((file, index) => file is not null && taken.Add(file) ? file : $"zip {index + 1}")];
    }
}
