namespace GenreCloud.Client;

/// <summary>Why an import, a run or an evaluation failed.</summary>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">Where, and what to do.</param>
public sealed record JobError(string Title, string Detail);
