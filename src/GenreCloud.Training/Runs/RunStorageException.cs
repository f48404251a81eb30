namespace GenreCloud.Training.Runs;

/// <summary>A run's process lost the storage in the middle; the run is worth another attempt.</summary>
internal sealed class RunStorageException(string reason) : Exception($"The storage failed during the run: {reason}");
