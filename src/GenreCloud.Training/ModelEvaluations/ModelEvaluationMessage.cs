namespace GenreCloud.Training.ModelEvaluations;

/// <summary>A message of queue <c>evaluations</c>: do this evaluation.</summary>
internal sealed record ModelEvaluationMessage(string EvaluationId);
