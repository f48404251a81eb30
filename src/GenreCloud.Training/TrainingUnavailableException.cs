namespace GenreCloud.Training;

/// <summary>No network can be trained on this machine; the service does not start, and the message says why.</summary>
public sealed class TrainingUnavailableException(string message) : Exception(message);
