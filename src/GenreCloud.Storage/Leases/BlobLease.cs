using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// Exclusive ownership of long work, as a lease on a blob of its own. It is renewed in the background until it is disposed;
/// who loses it, because the storage could not be reached in time or someone broke it, sees <see cref="Lost"/> before anyone
/// else can own the work, and has to stop writing.
/// </summary>
/// <remarks>
/// The leased blob is empty and separate from the documents of the work, so that others (a cancel request) can still change
/// those. Nor does it keep out an old owner that stalls after it last looked at <see cref="Lost"/>: work whose result must be its
/// owner's writes an id of the attempt into its document first, and changes the document only while that id stands there.
/// </remarks>
public sealed class BlobLease : IAsyncDisposable
{
    private readonly BlobLeaseClient _lease;
    private readonly Renewal _renewal;
    private bool _disposed;

    private BlobLease(BlobLeaseClient lease, TimeSpan duration, long acquiredAt, TimeProvider time)
    {
        _lease = lease;
        _renewal = new Renewal(duration, acquiredAt, time, RenewAsync);
    }

    /// <summary>Cancelled when the lease is no longer ours.</summary>
    public CancellationToken Lost => _renewal.Lost;

    /// <summary>Takes the lease, or returns null when someone else has it.</summary>
    /// <param name="blob">Created, empty, when absent.</param>
    /// <param name="duration">15 to 60 seconds: how long the work stays ours after this process vanishes.</param>
    /// <param name="time">Schedules the renewals.</param>
    public static async Task<BlobLease?> TryAcquireAsync(
        BlobClient blob, TimeSpan duration, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromSeconds(15));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromSeconds(60));
        var client = blob.GetBlobLeaseClient();
        while (true)
        {
            // Counted from before the request: the service's own clock starts later, so ours runs out first.
            var requestedAt = time.GetTimestamp();
            try
            {
                await client.AcquireAsync(duration, cancellationToken: cancellationToken);
                return new BlobLease(client, duration, requestedAt, time);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
            {
                return null;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                await CreateEmptyAsync(blob, cancellationToken);
            }
        }
    }

    /// <summary>Gives the lease back, so that the next owner need not wait for it to run out.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _renewal.StopAsync();
        if (!Lost.IsCancellationRequested)
        {
            try
            {
                await _lease.ReleaseAsync(cancellationToken: CancellationToken.None);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException)
            {
                // It runs out by itself.
            }
        }

        await _renewal.DisposeAsync();
    }

    private static async Task CreateEmptyAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        try
        {
            await blob.UploadAsync(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty), options, cancellationToken);
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            // Another candidate was first; the lease decides.
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _lease.RenewAsync(cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
