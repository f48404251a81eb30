using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace GenreCloud.Storage;

/// <summary>The documents of jobs of one kind, a folder a job: <c>{id}/{document}</c>.</summary>
/// <param name="container">The container that has one folder a job.</param>
/// <param name="document">The name of the document in the job's folder.</param>
public abstract class JobStore<TJob>(BlobContainerClient container, string document)
    where TJob : class, IJob
{
    /// <summary>The name of the document in each job's folder.</summary>
    public string DocumentName { get; } = document;

    protected BlobContainerClient Container { get; } = container;

    /// <summary>The blob whose lease owns the job.</summary>
    public BlobClient Lease(string id) => Container.GetBlobClient($"{id}/lease");

    public Task CreateAsync(TJob job, CancellationToken cancellationToken) => Document(job.Id).CreateJsonAsync(job, cancellationToken);

    /// <summary>
    /// Stores a job and puts its message into the queue. One that cannot be queued has failed, since nobody would ever take it;
    /// where the storage does not take this either, it stays as it is.
    /// </summary>
    /// <param name="unqueued">Ends the job as failed for that reason.</param>
    /// <exception cref="Exception">What the storage answered.</exception>
    public Task AcceptAsync<TMessage>(
        TJob job, WorkQueue<TMessage> queue, TMessage message, Func<TJob, TJob> unqueued, CancellationToken cancellationToken)
        where TMessage : class =>
        AcceptConfirmedAsync(job, _ => Task.CompletedTask, queue, message, (stored, _) => unqueued(stored), cancellationToken);

    /// <summary>
    /// Stores a job, looks once more whether it may be done, now that others can see it, and puts its message into the queue. One that may not or cannot be
    /// queued has failed.
    /// </summary>
    /// <param name="confirm">Throws where the job may not be done.</param>
    /// <param name="refused">Ends the job as failed for what was thrown.</param>
    /// <exception cref="Exception">What the storage answered, or <paramref name="confirm"/> threw.</exception>
    protected async Task AcceptConfirmedAsync<TMessage>(
        TJob job,
        Func<CancellationToken, Task> confirm,
        WorkQueue<TMessage> queue,
        TMessage message,
        Func<TJob, Exception, TJob> refused,
        CancellationToken cancellationToken)
        where TMessage : class
    {
        await CreateAsync(job, cancellationToken);
        await QueueConfirmedAsync(job.Id, confirm, queue, message, refused, cancellationToken);
    }

    public async Task<TJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await Document(id).ReadJsonAsync<TJob>(cancellationToken))?.Value;

    /// <summary>Changes a job that has not ended; one that has stays as it is.</summary>
    /// <returns>What is now stored.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<TJob> UpdateAsync(string id, Func<TJob, TJob> change, CancellationToken cancellationToken)
    {
        var updated = await Document(id).UpdateJsonAsync<TJob>(
            job => job switch
            {
                null => throw new JobNotFoundException(id),
                { HasEnded: true } => job,
                _ => change(job),
            },
            cancellationToken);
        return updated.Value;
    }

    /// <summary>All jobs, the newest first.</summary>
    public async Task<IReadOnlyList<TJob>> ListAsync(CancellationToken cancellationToken)
    {
        var jobs = new List<TJob>();
        await foreach (var item in Container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken))
        {
            if (item.IsPrefix && await FindAsync(item.Prefix.TrimEnd('/'), cancellationToken) is { } job)
            {
                jobs.Add(job);
            }
        }

        return [.. jobs.OrderByDescending(job => job.CreatedAt).ThenBy(job => job.Id, StringComparer.Ordinal)];
    }

    /// <summary>The document, whatever state its job is in.</summary>
    protected BlobClient Document(string id) => Container.GetBlobClient($"{id}/{DocumentName}");

    /// <summary>Puts the message of a stored job into the queue, as <see cref="AcceptAsync"/> does.</summary>
    protected Task QueueAsync<TMessage>(
        string id, WorkQueue<TMessage> queue, TMessage message, Func<TJob, TJob> unqueued, CancellationToken cancellationToken)
        where TMessage : class =>
        QueueConfirmedAsync(id, _ => Task.CompletedTask, queue, message, (stored, _) => unqueued(stored), cancellationToken);

    /// <summary>Puts the message of a stored job into the queue, as <see cref="AcceptConfirmedAsync"/> does.</summary>
    protected async Task QueueConfirmedAsync<TMessage>(
        string id,
        Func<CancellationToken, Task> confirm,
        WorkQueue<TMessage> queue,
        TMessage message,
        Func<TJob, Exception, TJob> refused,
        CancellationToken cancellationToken)
        where TMessage : class
    {
        try
        {
            await confirm(cancellationToken);
            await queue.EnqueueAsync(message, cancellationToken);
        }
        catch (Exception exception)
        {
            await TryUpdateAsync(id, stored => refused(stored, exception));
            throw;
        }
    }

    private async Task TryUpdateAsync(string id, Func<TJob, TJob> change)
    {
        try
        {
            await UpdateAsync(id, change, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // The caller is told what the queue answered.
        }
    }
}
