using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>A source did not give what it was asked for, and may when it is asked again.</summary>
/// <param name="title">What is wrong, when that does not help.</param>
/// <param name="detail">Where, and what to do.</param>
/// <param name="retryAfter">How long the source wants to be left alone; null when it says nothing.</param>
internal sealed class SourceInterruptedException(string title, string detail, TimeSpan? retryAfter = null) : Exception($"{title}: {detail}")
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The same as what ends the import.</summary>
    public ImportFailedException AsFailure(string? more = null) => new(title, more is null ? detail : $"{detail} {more}");
}
