namespace GenreCloud.Inference.Models;

/// <summary>A registered model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, ascending.</param>
/// <param name="Aliases">Which version each alias means, for example production.</param>
public sealed record ModelSummary(string Name, IReadOnlyList<int> Versions, IReadOnlyDictionary<string, int> Aliases);
