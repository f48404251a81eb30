using Azure;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Deletion;

/// <summary>Deletes dataset versions that nobody uses, and takes that back, in the order that <see cref="DatasetDeletion"/> gives.</summary>
internal sealed class DatasetRemoval(DatasetDeletions deletions, DatasetUsers users, IOptions<DatasetImportOptions> options, TimeProvider time)
{
    /// <summary>Marks versions, all or none; those that are marked already stay as they are.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="versions">Complete ones of the dataset.</param>
    /// <exception cref="DatasetInUseException">A job uses one of them.</exception>
    public async Task<IReadOnlyList<DatasetDeletion>> DeleteAsync(string name, IReadOnlyList<int> versions, CancellationToken cancellationToken)
    {
        // Again whenever another request about the same version came between.
        while (true)
        {
            var marks = new List<Versioned<DatasetDeletion>>();
            try
            {
                foreach (var version in versions)
                {
                    marks.Add(await deletions.MarkAsync(name, version, cancellationToken));
                }

                if (await TryConfirmAsync(name, marks, cancellationToken) is { } certain)
                {
                    return certain;
                }
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException or InvalidDocumentException)
            {
                // Nobody was told that they are deleted.
                await TryTakeBackAsync(marks);
                throw;
            }
        }
    }

    /// <summary>Takes the deletion of a version back.</summary>
    /// <returns>Null when the version can be used, now or all along; otherwise the deletion, which can no longer be taken back.</returns>
    public async Task<DatasetDeletion?> RestoreAsync(string name, int version, CancellationToken cancellationToken)
    {
        while (await deletions.FindAsync(name, version, cancellationToken) is { } mark)
        {
            if (mark.Value.SweepStartedAt is not null || mark.Value.RestorableUntil <= time.GetUtcNow())
            {
                return mark.Value;
            }

            await deletions.TryTakeBackAsync(mark, cancellationToken);
        }

        return null;
    }

    /// <returns>Null when another request came between.</returns>
    private async Task<IReadOnlyList<DatasetDeletion>?> TryConfirmAsync(
        string name, IReadOnlyList<Versioned<DatasetDeletion>> marks, CancellationToken cancellationToken)
    {
        Versioned<DatasetDeletion>[] uncertain = [.. marks.Where(mark => !mark.Value.IsCertain)];
        int[] versions = [.. uncertain.Select(mark => mark.Value.Version)];
        if (versions.Length > 0 && await users.FindAsync(name, versions, cancellationToken) is { Count: > 0 } found)
        {
            return await TakeBackAllAsync(uncertain, cancellationToken) ? throw new DatasetInUseException(name, versions, found) : null;
        }

        var certain = marks.Where(mark => mark.Value.IsCertain).Select(mark => mark.Value).ToList();
        foreach (var mark in uncertain)
        {
            if (await deletions.TryConfirmAsync(mark, options.Value.DeletionGracePeriod, cancellationToken) is not { } confirmed)
            {
                return null;
            }

            certain.Add(confirmed.Value);
        }

        return [.. certain.OrderBy(deletion => deletion.Version)];
    }

    /// <returns>Whether all of them were still as they were read.</returns>
    private async Task<bool> TakeBackAllAsync(IEnumerable<Versioned<DatasetDeletion>> marks, CancellationToken cancellationToken)
    {
        var all = true;
        foreach (var mark in marks)
        {
            all &= await deletions.TryTakeBackAsync(mark, cancellationToken);
        }

        return all;
    }

    private async Task TryTakeBackAsync(IEnumerable<Versioned<DatasetDeletion>> marks)
    {
        try
        {
            await TakeBackAllAsync(marks.Where(mark => !mark.Value.IsCertain), CancellationToken.None);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // The storage is away, which may be why we are here. The garbage collection takes them back.
        }
    }
}
