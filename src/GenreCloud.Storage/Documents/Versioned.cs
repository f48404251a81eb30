using Azure;

namespace GenreCloud.Storage;

/// <summary>A document as it was read, with the ETag that says whether it is still the same.</summary>
public sealed record Versioned<T>(T Value, ETag ETag);
