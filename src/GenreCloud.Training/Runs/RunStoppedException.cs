namespace GenreCloud.Training.Runs;

/// <summary>A run's process was asked to stop; the run is left to the next worker.</summary>
internal sealed class RunStoppedException(string runId) : Exception($"The process of run {runId} was asked to stop from outside.");
