namespace GenreCloud.Client.Models;

/// <summary>What is known of a model version: the main part of its card.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">1, 2, 3 ...; numbers may be missing.</param>
/// <param name="Architecture">Its network: <c>crnn</c>.</param>
/// <param name="Labels">In the order of its outputs.</param>
/// <param name="Evaluation">How good it is; null for a model that was not measured.</param>
/// <param name="UnsureThreshold">Below which probability an answer is unsure; null for a model without such a mark.</param>
/// <param name="Warnings">What to know before trusting it.</param>
/// <param name="Sha256">Of its ONNX file, 64 hexadecimal digits.</param>
/// <param name="SizeBytes">Of its ONNX file.</param>
/// <param name="CreatedAt">When it was registered.</param>
public sealed record ModelVersion(
    string Model,
    int Version,
    string Architecture,
    IReadOnlyList<string> Labels,
    ModelEvaluation? Evaluation,
    UnsureThreshold? UnsureThreshold,
    IReadOnlyList<string> Warnings,
    string Sha256,
    long SizeBytes,
    DateTimeOffset CreatedAt);

/// <summary>How a model answers spectrograms that it did not learn from. Shares are fractions of 1.</summary>
/// <param name="Samples">How many were asked.</param>
/// <param name="Top1">Share whose label is the most probable one.</param>
/// <param name="Top3">Share whose label is among the three most probable; null where it was not measured.</param>
/// <param name="Top5">Share whose label is among the five most probable.</param>
/// <param name="MacroF1">Mean F1 of the labels.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
public sealed record ModelEvaluation(int Samples, double Top1, double? Top3, double Top5, double? MacroF1, double Loss);

/// <summary>Below which probability an answer is unsure.</summary>
/// <param name="Probability">0 to 1.</param>
/// <param name="Rule">How it was chosen.</param>
/// <param name="SureShare">Share of held-back answers that are not unsure.</param>
/// <param name="SureTop1">Share of right ones among those.</param>
/// <param name="UnsureTop1">Share of right ones among the unsure ones.</param>
public sealed record UnsureThreshold(double Probability, string Rule, double SureShare, double? SureTop1, double? UnsureTop1);
