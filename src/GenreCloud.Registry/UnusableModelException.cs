namespace GenreCloud.Registry;

/// <summary>A version is registered but must not be used: its file is missing or altered, or its card is too new for this program.</summary>
public sealed class UnusableModelException(string message) : Exception(message);
