namespace GenreCloud.Modeling;

/// <summary>What a network of any architecture is made for.</summary>
/// <param name="Classes">Number of labels, at least 2.</param>
/// <param name="Tabular">Statistics of the tabular columns; needed by architectures with a tabular branch, of no account to others.</param>
public sealed record NetworkInputs(int Classes, TabularNormalization? Tabular = null);
