using Azure;

namespace GenreCloud.Registry;

/// <summary>A model's gates as they were read.</summary>
/// <param name="Gates">Gate by alias.</param>
/// <param name="ETag">For changing them only if nobody else did; null when the model has none yet.</param>
public sealed record PromotionGates(IReadOnlyDictionary<string, PromotionGate> Gates, ETag? ETag);
