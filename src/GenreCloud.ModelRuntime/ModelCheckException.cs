namespace GenreCloud.Inference.Serving;

/// <summary>A model version cannot be run, or does not answer as its card says it must, and so is not served.</summary>
internal sealed class ModelCheckException(string message, Exception? inner = null) : Exception(message, inner);
