namespace GenreCloud.Dashboard.Files;

/// <summary>A file that someone chose or dropped. It stays in the browser.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Type">Its media type as the browser sees it; empty when it does not know.</param>
public sealed record ChosenFile(string Name, long Bytes, string Type);
