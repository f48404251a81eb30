using GenreCloud.Inference.Traffic;

namespace GenreCloud.Inference.Classify;

/// <summary>The model version that answers a request.</summary>
/// <param name="Route">Of the alias that was asked for, while a second version is tried with its requests.</param>
internal sealed record ModelTarget(string Model, int Version, TrafficRoute? Route = null);
