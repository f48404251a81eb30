namespace GenreCloud.Storage;

/// <summary>What the poison queue holds of a message: why it is there, and the message as it was.</summary>
/// <param name="Reason">A sentence.</param>
/// <param name="DequeueCount">How often it had been received.</param>
/// <param name="PoisonedAt">When it was moved.</param>
/// <param name="Body">The message, or its beginning where the whole does not fit into a message.</param>
/// <param name="CutFrom">The length of the whole body in characters where it was cut, otherwise null.</param>
public sealed record PoisonMessage(string Reason, long DequeueCount, DateTimeOffset PoisonedAt, string Body, int? CutFrom = null);
