namespace GenreCloud.DatasetImport.Sources;

/// <summary>A source that can be read.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Bytes">Its size, where the source tells it.</param>
/// <param name="Name">What to call it in a message: the path or the address.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Url">The address, for one that came from there.</param>
internal sealed record OpenedSource(Stream Content, long? Bytes, string Name, string? FileName, string? Url)
{
    /// <summary>Changes when the content does; null where the source tells nothing like it.</summary>
    public string? Validator { get; init; }
}
