namespace GenreCloud.Modeling;

/// <summary>
/// What a network knows of its tabular columns before it learns: measured on the training split only. A missing value is replaced,
/// then (value - mean) / standard deviation is computed; both inside the network, so that no client can get them wrong.
/// </summary>
/// <param name="Missing">Stands for a missing value, in the column's unit.</param>
/// <param name="Mean">In the column's unit; 0 for a column of codes.</param>
/// <param name="StandardDeviation">In the column's unit, positive; 1 for a column of codes.</param>
public sealed record TabularNormalization(
    IReadOnlyList<float> Missing, IReadOnlyList<float> Mean, IReadOnlyList<float> StandardDeviation)
{
    /// <summary>What the names of the network's buffers with these numbers begin with.</summary>
    public const string BufferPrefix = "tabular.";

    /// <summary>Columns, one number of each kind.</summary>
    public int Columns => Mean.Count;

    /// <summary>For values that are normalised already: a missing one is 0.</summary>
    public static TabularNormalization None(int columns) => new(new float[columns], new float[columns], [.. Enumerable.Repeat(1f, columns)]);

    /// <exception cref="ArgumentException">The three differ in length, or a number cannot be used.</exception>
    internal void Validate(int columns)
    {
        if (Missing.Count != columns || Mean.Count != columns || StandardDeviation.Count != columns)
        {
            throw new ArgumentException(
                $"The network takes {columns} tabular columns; there are {Missing.Count} values for missing, {Mean.Count} means and {StandardDeviation.Count} standard deviations.");
        }

        if (!Missing.All(float.IsFinite) || !Mean.All(float.IsFinite) || !StandardDeviation.All(deviation => float.IsFinite(deviation) && deviation > 0))
        {
            throw new ArgumentException("The statistics of the tabular columns must be finite, and the standard deviations positive.");
        }
    }
}
