namespace GenreCloud.Dashboard.Imports;

/// <summary>The layouts of archives that the import service knows, for people who choose.</summary>
internal static class ImportProfiles
{
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("folders", "Pictures in folders: a picture's label is the name of its folder."),
        ("audio", "Songs in folders: a song's label is the name of its folder. Spectrograms are made of them."),
        ("genres", "Pictures named after track ids, with a labels CSV (track_id, genre_short)."),
        ("metal", "Pictures named after track ids, with a labels CSV (image_path or uri, label) and tabular columns."),
    ];

    public static string DescriptionOf(string name) => All.FirstOrDefault(profile => profile.Name == name).Description ?? "";
}
