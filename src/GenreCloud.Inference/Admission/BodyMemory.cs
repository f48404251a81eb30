using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Admission;

/// <summary>
/// Counts the bytes of bodies that have arrived and are not answered yet, while they arrive: together they never are more than
/// <see cref="InferenceOptions.MaxWaitingBytes"/>, however many clients send at once and however slowly.
/// </summary>
internal sealed class BodyMemory(IOptions<InferenceOptions> options)
{
    /// <summary>A body of 64 MB is answered or refused within seconds; there is no queue whose length would tell more.</summary>
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(2);

    private long _held;

    /// <summary>Bytes of all bodies.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Begins to count a body.</summary>
    public BodyShare Open() => new(this);

    internal void Add(long bytes)
    {
        var limit = options.Value.MaxWaitingBytes;
        if (Interlocked.Add(ref _held, bytes) <= limit)
        {
            return;
        }

        Release(bytes);
        InferenceTelemetry.CountRefused();
        throw new ProblemException(
            StatusCodes.Status429TooManyRequests,
            "The service is busy",
            FormattableString.Invariant(
                $"What others have sent fills the memory for requests that wait, {limit:N0} bytes (Inference:MaxWaitingBytes). Try again in {TryAgainAfter.TotalSeconds:0} s."))
        {
            RetryAfter = TryAgainAfter,
        };
    }

    internal void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>The bytes of one body, until it is disposed.</summary>
internal sealed class BodyShare(BodyMemory memory) : IDisposable
{
    private long _bytes;

    /// <summary>Counts what has arrived.</summary>
    /// <param name="bytes">So many so far.</param>
    /// <exception cref="ProblemException">429: there is no room for them.</exception>
    public void GrowTo(long bytes)
    {
        memory.Add(bytes - _bytes);
        _bytes = bytes;
    }

    public void Dispose() => memory.Release(Interlocked.Exchange(ref _bytes, 0));
}
