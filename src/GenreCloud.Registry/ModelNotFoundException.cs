namespace GenreCloud.Registry;

/// <summary>There is no such model, version or alias; the message says what there is.</summary>
public sealed class ModelNotFoundException(string message) : Exception(message);
