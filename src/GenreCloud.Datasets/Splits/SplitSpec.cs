namespace GenreCloud.Datasets.Splits;

/// <summary>What must not lie on both sides of a split.</summary>
public enum SplitKind
{
    /// <summary>An artist: what a model reaches on artists that it never heard.</summary>
    Artist,

    /// <summary>A track: the source project's random split, which a model wins by recognising artists.</summary>
    Track,
}

/// <summary>All that determines a split of given samples.</summary>
/// <param name="Kind">What must not lie on both sides.</param>
/// <param name="Seed">Another seed draws other samples.</param>
/// <param name="ValidationFraction">The part of each label to hold back, above 0 and below 1; of no account with folds.</param>
/// <param name="Folds">For cross-validation: into how many parts the samples are divided, at least 2, of which one is held back. Null for none.</param>
/// <param name="Fold">Which part is held back, from 1 to <paramref name="Folds"/>.</param>
public sealed record SplitSpec(
    SplitKind Kind = SplitKind.Artist, int Seed = 1, double ValidationFraction = 0.2, int? Folds = null, int Fold = 1);
