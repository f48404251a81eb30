namespace GenreCloud.Storage;

/// <summary>How a worker's attempt at a job ended, as telemetry names it.</summary>
internal static class JobOutcome
{
    /// <summary>The job has ended well.</summary>
    public const string Completed = "completed";

    /// <summary>The attempt failed; another follows.</summary>
    public const string Failed = "failed";

    /// <summary>The job has ended as failed: it cannot succeed, or this was its last attempt.</summary>
    public const string GivenUp = "given_up";

    /// <summary>Another worker took the job over.</summary>
    public const string Lost = "lost";

    /// <summary>The worker stopped and left the job to the next one.</summary>
    public const string HandedBack = "handed_back";
}
