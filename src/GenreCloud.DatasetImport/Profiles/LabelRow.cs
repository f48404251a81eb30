namespace GenreCloud.DatasetImport.Profiles;

/// <summary>What a labels CSV says of one track.</summary>
public sealed record LabelRow(string Id, string Label, IReadOnlyList<string> Artists, string? Collection, string? Title);
