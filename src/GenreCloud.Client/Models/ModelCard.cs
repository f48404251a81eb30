using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Runs;

namespace GenreCloud.Client.Models;

/// <summary>Everything that is known of a model version.</summary>
/// <param name="SchemaVersion">Of the card.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">1, 2, 3 ...; numbers may be missing.</param>
/// <param name="Architecture">Its network: <c>crnn</c>.</param>
/// <param name="Labels">In the order of its outputs.</param>
/// <param name="Signature">What its ONNX file takes and gives.</param>
/// <param name="Metrics">What training and export measured along the way.</param>
/// <param name="Evaluation">How good it is; null for a model that was not measured.</param>
/// <param name="Reference">How inputs and answers were distributed there; null for a version that nothing can be compared with.</param>
/// <param name="UnsureThreshold">Below which probability an answer is unsure; null for a model without such a mark.</param>
/// <param name="Warnings">What to know before trusting it.</param>
/// <param name="Lineage">Where it comes from.</param>
/// <param name="FrontEnd">How its spectrograms are made from sound.</param>
/// <param name="Golden">A question with its answer.</param>
/// <param name="Sha256">Of its ONNX file, 64 hexadecimal digits.</param>
/// <param name="SizeBytes">Of its ONNX file.</param>
/// <param name="Weights">What another training can start from; null for a version that none can start from.</param>
/// <param name="CreatedAt">When it was registered.</param>
public sealed record ModelCard(
    int SchemaVersion,
    string Model,
    int Version,
    string Architecture,
    IReadOnlyList<string> Labels,
    ModelSignature Signature,
    ModelMetrics Metrics,
    EvaluationReport? Evaluation,
    ReferenceStatistics? Reference,
    UnsureThreshold? UnsureThreshold,
    IReadOnlyList<string> Warnings,
    ModelLineage Lineage,
    MelFrontEnd FrontEnd,
    GoldenExample Golden,
    string Sha256,
    long SizeBytes,
    ModelWeights? Weights,
    DateTimeOffset CreatedAt);

/// <summary>Below which probability an answer is unsure. Shares are fractions of 1.</summary>
/// <param name="Probability">0 to 1.</param>
/// <param name="Rule">How it was chosen.</param>
/// <param name="Samples">Held-back samples that it was chosen by.</param>
/// <param name="SureShare">Share of held-back answers that are not unsure.</param>
/// <param name="SureTop1">Share of right ones among those; null when all are unsure.</param>
/// <param name="UnsureTop1">Share of right ones among the unsure ones; null when none is.</param>
public sealed record UnsureThreshold(double Probability, string Rule, int Samples, double SureShare, double? SureTop1, double? UnsureTop1);

/// <summary>What training and export measured.</summary>
/// <param name="Epochs">First epoch first; empty for a model that was not trained here.</param>
/// <param name="PeakLearningRate">The highest learning rate of the training's schedule; null for older cards and models that were not trained here.</param>
/// <param name="SelectedEpoch">The epoch whose weights the model has, from 1; null as above.</param>
/// <param name="Parity">The ONNX file against the network that it was made of.</param>
public sealed record ModelMetrics(IReadOnlyList<EpochMetrics> Epochs, double? PeakLearningRate, int? SelectedEpoch, ExportParity Parity);

/// <summary>ONNX Runtime against TorchSharp on the same samples.</summary>
/// <param name="MaxAbsoluteDifference">Of any probability of any sample.</param>
/// <param name="Samples">How many were compared.</param>
/// <param name="Tolerance">What was allowed.</param>
public sealed record ExportParity(double MaxAbsoluteDifference, int Samples, double Tolerance);

/// <summary>The safetensors file of a version's weights.</summary>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="SizeBytes">Of the file.</param>
public sealed record ModelWeights(string Sha256, long SizeBytes);
