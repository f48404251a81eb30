namespace GenreCloud.DatasetImport.Sources;

/// <summary>The address that a source was opened at does not give it any more; opening it again may find another.</summary>
internal sealed class SourceStaleException(string message) : Exception(message);
