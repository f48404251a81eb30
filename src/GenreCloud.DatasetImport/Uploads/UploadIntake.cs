using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Uploads;

/// <summary>Starts the import of an upload that is complete: once, however often and by whomever that is found.</summary>
internal sealed class UploadIntake(UploadStore uploads, ImportIntake imports, WorkQueue<ImportMessage> queue)
{
    /// <summary>How many bytes are stored; when that is all of them, the import has been accepted.</summary>
    public async Task<long> ReachAsync(Upload upload, CancellationToken cancellationToken)
    {
        var offset = await uploads.OffsetAsync(upload, cancellationToken);
        if (offset == upload.Bytes && !upload.IsAccepted)
        {
            await AcceptAsync(upload.Import, cancellationToken);
            await uploads.AcceptAsync(upload, cancellationToken);
        }

        return offset;
    }

    private async Task AcceptAsync(Import import, CancellationToken cancellationToken)
    {
        try
        {
            await imports.AcceptAsync(import, cancellationToken);
        }
        catch (BlobAlreadyExistsException)
        {
            // Whoever came before may have ended between the document and the message. A second message about an import is harmless.
            await queue.EnqueueAsync(new ImportMessage(import.Id), cancellationToken);
        }
    }
}
