namespace GenreCloud.DatasetImport.Sources;

/// <summary>A source is no longer the file that it was when its staging began.</summary>
internal sealed class SourceChangedException(string source) : Exception($"{source} changed while it was read.");
