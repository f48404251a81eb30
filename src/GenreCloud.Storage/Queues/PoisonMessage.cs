namespace GenreCloud.Storage;

/// <summary>What the poison queue holds of a message: why it is there, and the message as it was.</summary>
public sealed record PoisonMessage(string Reason, long DequeueCount, DateTimeOffset PoisonedAt, string Body);
