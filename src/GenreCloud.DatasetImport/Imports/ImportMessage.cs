namespace GenreCloud.DatasetImport.Imports;

/// <summary>A message of queue <c>imports</c>: do this import.</summary>
internal sealed record ImportMessage(string ImportId);
