namespace GenreCloud.ServiceDefaults;

/// <summary>
/// A failure that the caller can understand and act upon. It becomes an RFC 9457 problem details answer with
/// <paramref name="title"/> (what is wrong) and <paramref name="detail"/> (where, and what to do).
/// </summary>
/// <param name="status">The HTTP status, 400 to 599.</param>
/// <param name="title">What is wrong, in a few words.</param>
/// <param name="detail">Where it is wrong, and what to do about it.</param>
/// <param name="innerException">What it came from, for the log.</param>
public sealed class ProblemException(int status, string title, string detail, Exception? innerException = null)
    : Exception($"{title}: {detail}", innerException)
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    public string Detail { get; } = detail;

    /// <summary>Further members of the answer, for programs.</summary>
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = new Dictionary<string, object?>();

    /// <summary>When to try again, for the header <c>Retry-After</c>, in whole seconds; null for a failure that waiting does not mend.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
