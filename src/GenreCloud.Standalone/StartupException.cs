namespace GenreCloud.Standalone;

/// <summary>The system cannot start; the message says why, and what to do.</summary>
public sealed class StartupException(string message, Exception innerException) : Exception(message, innerException);
