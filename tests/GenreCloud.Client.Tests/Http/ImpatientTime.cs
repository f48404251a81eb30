namespace GenreCloud.Client.Tests.Http;

/// <summary>Time that passes at once where somebody waits for a few seconds; for longer, only when it is told to.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<LongTimer> _long = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            var timer = new LongTimer(() => callback(state)) { IsSet = dueTime >= Short };
            if (dueTime < Short && dueTime >= TimeSpan.Zero)
            {
                _now += dueTime;
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            }

            _long.Add(timer);
            return timer;
        }
    }

    /// <summary>Lets every longer wait end.</summary>
    public void PassLong()
    {
        LongTimer[] due;
        lock (_gate)
        {
            due = [.. _long.Where(timer => timer.IsSet)];
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class LongTimer(Action fire) : ITimer
    {
        public bool IsSet { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            IsSet = dueTime >= Short;
            return true;
        }

        public void Dispose() => IsSet = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
