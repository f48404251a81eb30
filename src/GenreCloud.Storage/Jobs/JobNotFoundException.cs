namespace GenreCloud.Storage;

/// <summary>There is no document of this job: it was never accepted, or it was deleted.</summary>
public sealed class JobNotFoundException(string jobId) : Exception($"There is no job '{jobId}'.")
{
    public string JobId { get; } = jobId;
}
