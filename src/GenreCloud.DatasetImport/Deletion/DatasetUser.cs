namespace GenreCloud.DatasetImport.Deletion;

/// <summary>A job that has not ended and uses a dataset version.</summary>
/// <param name="Kind">What kind of job it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Sweep">The sweep that a run is a part of, if any.</param>
internal sealed record DatasetUser(DatasetUserKind Kind, string Id, string? Sweep = null);

/// <summary>A kind of job that uses dataset versions.</summary>
internal enum DatasetUserKind
{
    Run,
    Evaluation,
    Import,
}
