using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Admission;

/// <summary>
/// Counts the batches that are being answered. The files of one have no place in the queue that others could take, and its answers wait for its client: there
/// are never more batches than requests may run and wait.
/// </summary>
internal sealed class OpenBatches(IOptions<InferenceOptions> options)
{
    /// <summary>A batch may take a second or an hour; to ask again costs little.</summary>
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    private int _open;

    /// <summary>Begins a batch, which ends when it is disposed.</summary>
    /// <exception cref="ProblemException">429: there are too many.</exception>
    public IDisposable Open()
    {
        var most = options.Value.ConcurrentRuns + options.Value.MaxQueuedRequests;
        if (Interlocked.Increment(ref _open) <= most)
        {
            return new OpenBatch(this);
        }

        Interlocked.Decrement(ref _open);
        InferenceTelemetry.CountRefused();
        throw new ProblemException(
            StatusCodes.Status429TooManyRequests,
            "The service is busy",
            FormattableString.Invariant(
                $"{most} batches are being answered already, as many as requests may run and wait (Inference:MaxQueuedRequestsPerRun). Try again in {TryAgainAfter.TotalSeconds:0} s."))
        {
            RetryAfter = TryAgainAfter,
        };
    }

    private sealed class OpenBatch(OpenBatches batches) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref batches._open);
    }
}
