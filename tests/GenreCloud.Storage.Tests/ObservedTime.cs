using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Storage.Tests;

/// <summary>
/// A clock that the test advances, and that tells when the code under test has begun to wait: advancing it before that
/// would make it wait for ever.
/// </summary>
internal sealed class ObservedTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of exactly this length has been set, and lets it run out.</summary>
    public async Task ElapseAsync(TimeSpan timer, CancellationToken cancellationToken)
    {
        await TimerAsync(timer, cancellationToken);
        Advance(timer);
    }

    /// <summary>Waits until a timer of exactly this length has been set.</summary>
    public async Task TimerAsync(TimeSpan timer, CancellationToken cancellationToken)
    {
        while (await _timers.Reader.ReadAsync(cancellationToken) != timer)
        {
        }
    }
}
