namespace GenreCloud.Dashboard.Charts;

/// <summary>A number of things with a name.</summary>
/// <param name="Label">Shown as text, whatever is in it.</param>
/// <param name="Count">0 or more.</param>
/// <param name="Href">Where a click leads; null for nowhere.</param>
public sealed record CountBar(string Label, int Count, string? Href);
