namespace GenreCloud.Inference.Classify;

/// <summary>The answer of <c>POST /api/classify</c>.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Predictions">The most probable labels, best first.</param>
/// <param name="DurationMs">Time from the read body to the answer, in milliseconds.</param>
public sealed record ClassifyResponse(string Model, int Version, IReadOnlyList<Prediction> Predictions, double DurationMs);

/// <summary>One label with its probability, 0 to 1.</summary>
public sealed record Prediction(string Label, float Probability);
