using System.Diagnostics;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Accepts imports: once accepted, an import is in storage and in the queue, whatever becomes of this process.</summary>
internal sealed class ImportIntake(ImportStore imports, WorkQueue<ImportMessage> queue, TimeProvider time)
{
    /// <summary>A new import, not yet accepted.</summary>
    public Import New(string dataset, ImportProfile profile)
    {
        var now = time.GetUtcNow();
        return new Import
        {
            Id = Guid.CreateVersion7(now).ToString("n"), Dataset = dataset, Profile = profile.Name, LabelRules = profile.LabelRules, CreatedAt = now,
        };
    }

    /// <summary>Stores the import and puts it into the queue; one that cannot be queued has failed.</summary>
    public Task AcceptAsync(Import import, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag(TelemetryAttributes.ImportId, import.Id);
        return imports.AcceptAsync(import, queue, cancellationToken);
    }
}
