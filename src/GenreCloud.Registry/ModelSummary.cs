namespace GenreCloud.Registry;

/// <summary>A model with its visible versions, lowest first, and its aliases.</summary>
public sealed record ModelSummary(string Name, IReadOnlyList<int> Versions, IReadOnlyDictionary<string, int> Aliases);
