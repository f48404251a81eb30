using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Deletion;

/// <summary>Finds the jobs that use dataset versions: all that are stored and have not ended, whether they have begun or not.</summary>
internal sealed class DatasetUsers(RunDocuments runs, EvaluationDocuments evaluations, ImportStore imports)
{
    /// <param name="name">The dataset.</param>
    /// <param name="versions">Of the dataset.</param>
    public async Task<IReadOnlyList<DatasetUser>> FindAsync(string name, IReadOnlyCollection<int> versions, CancellationToken cancellationToken)
    {
        var ofRuns =
            from run in await runs.ListAsync(cancellationToken)
            where !run.HasEnded && run.Settings.Dataset == name && versions.Contains(run.Settings.Version)
            select new DatasetUser(DatasetUserKind.Run, run.Id, run.Sweep);
        var ofEvaluations =
            from evaluation in await evaluations.ListAsync(cancellationToken)
            where !evaluation.HasEnded && evaluation.Dataset == name && versions.Contains(evaluation.DatasetVersion)
            select new DatasetUser(DatasetUserKind.Evaluation, evaluation.Id);

        // An import may find that any version of its dataset already is what it was to make, or add to it.
        var ofImports =
            from import in await imports.ListAsync(cancellationToken)
            where !import.HasEnded && import.Dataset == name
            select new DatasetUser(DatasetUserKind.Import, import.Id);
        return [.. ofRuns, .. ofEvaluations, .. ofImports];
    }
}
