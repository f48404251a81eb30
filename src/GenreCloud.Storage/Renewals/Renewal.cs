using System.Diagnostics;

namespace GenreCloud.Storage;

/// <summary>
/// Keeps something that is ours for a limited time, a lease or a hidden message, by renewing it every third of that time.
/// <see cref="Lost"/> is cancelled when the service says that it is no longer ours, or when its time is over by our own
/// clock: a failed renewal is tried again until then.
/// </summary>
internal sealed class Renewal : IAsyncDisposable
{
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task<bool>> _renew;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _renewing;

    /// <param name="duration">How long one renewal holds.</param>
    /// <param name="heldSince">
    /// Time stamp from before the request that made it ours: the service counts from a little later, so our clock runs out first.
    /// </param>
    /// <param name="renew">Returns false when it is no longer ours; throws when that is not known.</param>
    public Renewal(TimeSpan duration, long heldSince, TimeProvider time, Func<CancellationToken, Task<bool>> renew)
    {
        _duration = duration;
        _time = time;
        _renew = renew;
        Lost = _lost.Token;
        _renewing = RunAsync(heldSince);
    }

    public CancellationToken Lost { get; }

    /// <summary>Stops renewing and waits for a renewal in flight.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _renewing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _lost.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(long heldSince)
    {
        // Renewals are no part of whatever trace happens to run where they begin.
        Activity.Current = null;
        var pause = _duration / 3;
        while (true)
        {
            var remaining = _duration - _time.GetElapsedTime(heldSince);
            if (remaining <= TimeSpan.Zero)
            {
                await _lost.CancelAsync();
                return;
            }

            try
            {
                await Task.Delay(pause < remaining ? pause : remaining, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var requestedAt = _time.GetTimestamp();
            switch (await TryRenewAsync(_duration - _time.GetElapsedTime(heldSince, requestedAt)))
            {
                case true:
                    heldSince = requestedAt;
                    pause = _duration / 3;
                    break;
                case false:
                    await _lost.CancelAsync();
                    return;
                case null:
                    pause = _duration / 15;
                    break;
            }
        }
    }

    /// <returns>Null when it is not known whether it is still ours.</returns>
    private async Task<bool?> TryRenewAsync(TimeSpan remaining)
    {
        if (remaining <= TimeSpan.Zero)
        {
            return null;
        }

        // Not cancelled by stopping: a renewal that arrives although we gave up on it would void a message's receipt.
        using var deadline = new CancellationTokenSource(remaining, _time);
        try
        {
            return await _renew(deadline.Token);
        }
        catch (Exception)
        {
            // Whatever it was (network, credentials, the deadline), there is time for another attempt, or Lost will say that there is none.
            return null;
        }
    }
}
