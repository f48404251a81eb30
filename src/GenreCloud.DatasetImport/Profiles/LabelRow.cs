namespace GenreCloud.DatasetImport.Profiles;

/// <summary>What a labels CSV says of one track.</summary>
public sealed record LabelRow(string Id, string Label, IReadOnlyList<string> Artists, string? Collection, string? Title)
{
    public TabularValues Tabular { get; init; } = TabularValues.None;

    /// <summary>Why the profile leaves the track out although it has a label, as a sentence; null for tracks that it takes.</summary>
    public string? DroppedBecause { get; init; }
}
