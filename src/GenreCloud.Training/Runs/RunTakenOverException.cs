namespace GenreCloud.Training.Runs;

/// <summary>Another process began an attempt at the run, or it was cancelled or given up: this one has no say in it any more.</summary>
internal sealed class RunTakenOverException(string runId) : Exception($"Run {runId} was taken over by another process, or has ended.");
