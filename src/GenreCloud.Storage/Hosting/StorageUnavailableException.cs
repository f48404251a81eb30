namespace GenreCloud.Storage;

/// <summary>The storage account cannot be reached or refuses; the message says which, why, and what to check.</summary>
public sealed class StorageUnavailableException(string message, Exception innerException) : Exception(message, innerException);
