namespace GenreCloud.DatasetImport.Imports;

/// <summary>A message of queue <c>imports</c>: begin or go on with this import, or do one partition of it.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Partition">The partition, 0 for the first; null for the import itself.</param>
internal sealed record ImportMessage(string ImportId, int? Partition = null);
