namespace GenreCloud.Client.Models;

/// <summary>How inputs and answers of a model were distributed where it was measured, in bins.</summary>
/// <param name="Samples">Spectrograms that were counted.</param>
/// <param name="Statistics">Each has all samples.</param>
public sealed record ReferenceStatistics(int Samples, IReadOnlyList<ReferenceStatistic> Statistics);

/// <summary>One figure of every sample, and how many samples lie in which bin.</summary>
/// <param name="Name">Of the statistic: <c>confidence</c>, <c>level</c>, <c>tempo</c>.</param>
/// <param name="Kind">What it is of.</param>
/// <param name="Edges">Rising limits between bins, as many as there are bins less one; null for the label, whose bins are the model's labels.</param>
/// <param name="Counts">Samples of each bin, the lowest first.</param>
/// <param name="Missing">Samples without a value; null for a statistic that every sample has.</param>
public sealed record ReferenceStatistic(string Name, StatisticKind Kind, IReadOnlyList<double>? Edges, IReadOnlyList<long> Counts, long? Missing);
