using GenreCloud.Client.Imports;

namespace GenreCloud.Dashboard.Imports;

/// <summary>What is typed to start an import.</summary>
public sealed record ImportForm
{
    public ImportFrom From { get; set; }

    public string Dataset { get; set; } = "";

    public string Profile { get; set; } = ImportProfiles.All[0].Name;

    public string Url { get; set; } = "";

    public string LabelsUrl { get; set; } = "";

    public string Licence { get; set; } = "";

    public string Sha256 { get; set; } = "";

    public bool Add { get; set; }

    /// <summary>What is still missing before it can be started, in words; null for nothing. What else is wrong the service says.</summary>
    /// <param name="hasFile">Whether a file is chosen.</param>
    public string? Missing(bool hasFile) => From switch
    {
        ImportFrom.Sample => null,
        ImportFrom.File when !hasFile => "Choose a zip first.",
        ImportFrom.Url when string.IsNullOrWhiteSpace(Url) => "Give the address of the zip.",
        _ when string.IsNullOrWhiteSpace(Dataset) => "Give the dataset a name.",
        _ => null,
    };

    public ImportRequest ToRequest() => new(Dataset.Trim(), Profile)
    {
        Source = new ImportSource { Url = Url.Trim() },
        Labels = LabelsOrNull(),
        Add = Add,
        Licence = TextOrNull(Licence),
        Sha256 = TextOrNull(Sha256),
    };

    /// <param name="name">Of the file.</param>
    /// <param name="bytes">Of the file.</param>
    public UploadRequest ToUpload(string name, long bytes) => new(Dataset.Trim(), Profile, bytes)
    {
        FileName = name,
        Labels = LabelsOrNull(),
        Add = Add,
        Licence = TextOrNull(Licence),
        Sha256 = TextOrNull(Sha256),
    };

    /// <summary>A name for a dataset, after that of a file: "genres-2" for "Genres (2).zip".</summary>
    public static string NameAfter(string file)
    {
        const int MostLetters = 63;
        var stem = Path.GetFileNameWithoutExtension(file).ToLowerInvariant();
        var words = string.Concat(stem.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '-'))
            .Split('-', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words).Trim('_');
        return name[..Math.Min(name.Length, MostLetters)];
    }

    private ImportSource? LabelsOrNull() => TextOrNull(LabelsUrl) is { } url ? new ImportSource { Url = url } : null;

    private static string? TextOrNull(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>Where the zip of an import comes from.</summary>
public enum ImportFrom
{
    Sample,
    File,
    Url,
}
