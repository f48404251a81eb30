namespace GenreCloud.Storage;

/// <summary>A message that was moved to the poison queue.</summary>
/// <param name="Work">The work, or null when the message could not be read.</param>
/// <param name="Reason">A sentence for the one who asked for the work.</param>
/// <param name="DequeueCount">How often it had been received.</param>
/// <param name="Body">The message as it was.</param>
public sealed record PoisonedWork<T>(T? Work, string Reason, long DequeueCount, string Body)
    where T : class;
