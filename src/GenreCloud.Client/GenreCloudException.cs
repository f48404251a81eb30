namespace GenreCloud.Client;

/// <summary>The service does not do what was asked for. The message says why, and what to do.</summary>
public sealed class GenreCloudException(Problem problem) : Exception($"{problem.Title} ({problem.Status}). {problem.Detail}".TrimEnd())
{
    /// <summary>What the service said.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>How long to wait before the same is asked again; null when the service does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
