namespace GenreCloud.Registry;

/// <summary>A version cannot be deleted: aliases stand for it or try it, or it is the last one of its model.</summary>
public sealed class VersionInUseException(string message) : Exception(message);
