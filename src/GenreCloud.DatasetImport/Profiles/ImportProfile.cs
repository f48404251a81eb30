using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// How a kind of source is laid out: the catalogue of the kinds that can be imported. It works on names of entries, whatever reads
/// the archive. A new kind with a labels CSV is one more <see cref="CsvProfile"/>, any other a class; both are one line in
/// <see cref="All"/> and a name in <see cref="ParameterDescription"/>.
/// </summary>
public abstract class ImportProfile
{
    /// <summary>What the API's reference says of the parameter that names a profile.</summary>
    internal const string ParameterDescription =
        "How the archive and its labels are laid out: genres (ten genres, no tabular data) or metal (metal, punk and hardcore subgenres with tabular data), "
        + "both with a labels CSV that labelRules can describe; or folders (a picture's label is the name of the folder that it lies in; no CSV), "
        + "or audio (the same with songs, of which spectrograms are made).";

    internal const string PictureExtension = ".png";

    private protected ImportProfile()
    {
    }

    public static IReadOnlyList<ImportProfile> All { get; } = [GenresProfile.Profile, MetalProfile.Profile, FoldersProfile.Pictures, FoldersProfile.Songs];

    /// <summary>What a request asks for, and what the dataset's manifest says.</summary>
    public abstract string Name { get; }

    /// <summary>Where an archive has its pictures, for people: <c>{genre}/{first character}/{track id}.png</c>.</summary>
    public abstract string PictureLayout { get; }

    /// <summary>What the name of an entry that is to be imported ends with, one of them, in any case.</summary>
    public virtual IReadOnlyList<string> EntryExtensions => [PictureExtension];

    /// <summary>Whether the entries are songs, and their spectrograms still to be made.</summary>
    public virtual bool HasSongs => false;

    /// <summary>How the labels CSV is read; null for a profile without one.</summary>
    public virtual LabelRules? LabelRules => null;

    /// <summary>Finds a profile.</summary>
    /// <exception cref="ImportFailedException">There is none; the detail lists those that exist.</exception>
    public static ImportProfile Named(string? name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ImportFailedException(
            "Unknown profile", $"profile is \"{name}\"; it must be {string.Join(" or ", All.Select(profile => profile.Name))}.");

    /// <summary>The profile as an import or a manifest recorded it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">Null where none were recorded: the profile then has its own.</param>
    /// <exception cref="ImportFailedException">There is none of this name.</exception>
    public static ImportProfile Recorded(string name, LabelRules? rules) =>
        Named(name) is var profile && rules is not null && profile is CsvProfile csv ? csv.With(rules) : profile;

    /// <summary>The profile as a request changes it.</summary>
    /// <exception cref="ImportFailedException">The profile takes no rules, or these cannot be used; the detail says which and why.</exception>
    public virtual ImportProfile With(LabelRulesRequest? rules) =>
        rules is null ? this : throw new ImportFailedException("labelRules cannot be used", $"Profile {Name} reads no labels CSV. Leave labelRules out.");

    /// <summary>The entries to import, with their ids, in the order of the archive.</summary>
    /// <param name="entryNames">The names of all entries of the archive, in its order.</param>
    public virtual IReadOnlyList<Picture> FindPictures(IReadOnlyList<string> entryNames) =>
    [
        .. from entry in entryNames.Index()
           let id = TrackId(entry.Item)
           where id is not null
           select new Picture(entry.Index, entry.Item, id),
    ];

    /// <summary>The track id that an entry's file name tells: the name without one of <see cref="EntryExtensions"/>. Null for what is not to be imported.</summary>
    public string? TrackId(string entryName) => IsContent(entryName) ? WithoutExtension(FileName(entryName)) : null;

    /// <summary>A file name, or a path, without the extension; null if it has none of these.</summary>
    internal string? WithoutExtension(string name) =>
        EntryExtensions.FirstOrDefault(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) is { } extension ? name[..^extension.Length] : null;

    /// <summary>What follows the last folder. Some Windows programs write backslashes.</summary>
    private protected static string FileName(string entryName) => entryName[(entryName.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>False for the copies of attributes that macOS puts into zips.</summary>
    private protected static bool IsContent(string entryName) => !entryName.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
