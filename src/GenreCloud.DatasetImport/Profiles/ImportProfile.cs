using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// How a kind of source is laid out: the catalogue of the kinds that can be imported. A new one is one class, one line in
/// <see cref="All"/> and its name in <see cref="ParameterDescription"/>.
/// </summary>
public abstract class ImportProfile
{
    /// <summary>What the API's reference says of the parameter that names a profile.</summary>
    internal const string ParameterDescription =
        "How the archive and its labels are laid out: genres (ten genres, no tabular data) or metal (metal, punk and hardcore subgenres with tabular data).";

    private protected ImportProfile()
    {
    }

    public static IReadOnlyList<ImportProfile> All { get; } = [new GenresProfile(), new MetalProfile()];

    /// <summary>What a request asks for, and what the dataset's manifest says.</summary>
    public abstract string Name { get; }

    /// <summary>The file name of the labels CSV as it was published. In an archive with several CSVs it is this one.</summary>
    public abstract string LabelsFileName { get; }

    /// <summary>Where an archive has its pictures, for people: <c>{genre}/{first character}/{track id}.png</c>.</summary>
    public abstract string PictureLayout { get; }

    /// <summary>Finds a profile.</summary>
    /// <exception cref="ImportFailedException">There is none; the detail lists those that exist.</exception>
    public static ImportProfile Named(string? name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ImportFailedException(
            "Unknown profile", $"profile is \"{name}\"; it must be {string.Join(" or ", All.Select(profile => profile.Name))}.");

    /// <summary>The pictures among the entries of an archive.</summary>
    public IReadOnlyList<Picture> FindPictures(IReadOnlyList<string> entryNames) =>
    [
        .. entryNames.Index()
            .Where(entry => entry.Item.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && IsContent(entry.Item))
            .Select(entry => new Picture(entry.Index, entry.Item, FileName(entry.Item)[..^".png".Length])),
    ];

    /// <summary>The labels CSV inside an archive: the only one, or the one with the name that it was published under.</summary>
    /// <param name="entryNames">The names of all entries of the archive.</param>
    /// <returns>The name of its entry; null if there is none.</returns>
    /// <exception cref="ImportFailedException">It cannot be told which one it is.</exception>
    public string? FindLabels(IReadOnlyList<string> entryNames)
    {
        var candidates = entryNames.Where(entry => entry.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && IsContent(entry)).ToArray();
        return candidates switch
        {
            [] => null,
            [var only] => only,
            _ when candidates.Where(entry => FileName(entry) == LabelsFileName).ToArray() is [var published] => published,
            _ => throw new ImportFailedException(
                "Which CSV has the labels?",
                $"The zip holds {candidates.Length}: {string.Join(", ", candidates.Take(5))}. "
                + $"Leave only one in it, call the right one {LabelsFileName}, or name it in the request as \"labels\"."),
        };
    }

    /// <summary>Reads a labels CSV. Rows that cannot be used are listed, not fatal.</summary>
    /// <param name="csv">UTF-8, with or without byte order mark.</param>
    /// <param name="fileName">What to call it in messages.</param>
    /// <exception cref="ImportFailedException">It is not a CSV, or lacks the id or the label column.</exception>
    public LabelTable ReadLabels(Stream csv, string fileName) => LabelTable.Read(csv, fileName, NewColumns());

    /// <summary>How the rows of one CSV are to be understood; it may remember rows, so that each CSV needs its own.</summary>
    private protected abstract LabelColumns NewColumns();

    private static string FileName(string entryName) => entryName[(entryName.LastIndexOf('/') + 1)..];

    /// <summary>False for the copies of attributes that macOS puts into zips.</summary>
    private static bool IsContent(string entryName) => !entryName.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
