namespace GenreCloud.Dashboard.Imports;

/// <summary>An upload that was begun in this browser window: with the same file it goes on where it was.</summary>
/// <param name="Id">Of the upload.</param>
/// <param name="Name">Of the file.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Form">What was asked for.</param>
public sealed record RememberedUpload(string Id, string Name, long Bytes, ImportForm Form)
{
    /// <summary>Its name in the window's memory.</summary>
    public const string Key = "upload";
}
