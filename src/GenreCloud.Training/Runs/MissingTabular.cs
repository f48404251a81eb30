namespace GenreCloud.Training.Runs;

/// <summary>What becomes of samples that lack a tabular feature, in a run whose architecture takes such features.</summary>
public enum MissingTabular
{
    /// <summary>They are trained on and measured with; the network puts its training set's mean, or most frequent code, in the gap.</summary>
    Keep,

    /// <summary>They are left out of both sides of the split, as in the source project.</summary>
    Drop,
}
