namespace GenreCloud.Inference.Serving;

/// <summary>A model version does not answer as its card says it must, and so is not served.</summary>
public sealed class ModelCheckException(string message) : Exception(message);
