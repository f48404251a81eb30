namespace GenreCloud.Training.Evaluations;

/// <summary>A network's answers cannot be judged; the message says why, and what to do.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
