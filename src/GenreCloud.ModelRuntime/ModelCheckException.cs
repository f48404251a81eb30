namespace GenreCloud.ModelRuntime;

/// <summary>A model version cannot be run, or does not answer as its card says it must, and so is not used.</summary>
public sealed class ModelCheckException(string message, Exception? inner = null) : Exception(message, inner);
