namespace GenreCloud.Datasets;

/// <summary>A dataset version that cannot be written or read. The message says what to do.</summary>
public sealed class DatasetException(string message, Exception? innerException = null) : Exception(message, innerException);
