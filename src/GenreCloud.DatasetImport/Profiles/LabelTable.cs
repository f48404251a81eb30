using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The rows of a labels CSV by track id, and the rows that cannot be used.</summary>
/// <param name="Rows">One row a track id.</param>
/// <param name="Unusable">Rows without id or label, and rows whose id came before, each with its reason.</param>
public sealed record LabelTable(IReadOnlyDictionary<string, LabelRow> Rows, IReadOnlyList<QuarantineEntry> Unusable);
