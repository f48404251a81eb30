using Azure;

namespace GenreCloud.Registry;

/// <summary>A model's aliases as they were read.</summary>
/// <param name="Versions">Version by alias.</param>
/// <param name="ETag">For changing them only if nobody else did; null when the model has none yet.</param>
public sealed record ModelAliases(IReadOnlyDictionary<string, int> Versions, ETag? ETag);
