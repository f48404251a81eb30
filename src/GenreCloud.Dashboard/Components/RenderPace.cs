namespace GenreCloud.Dashboard.Components;

/// <summary>Draws what changes all the time at most four times a second: the eye does not read faster, and a circuit has better things to do.</summary>
/// <param name="time">The clock.</param>
/// <param name="render">Draws; called on any thread.</param>
internal sealed class RenderPace(TimeProvider time, Action render) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private long? _last;
    private ITimer? _due;

    /// <summary>Something changed; it is drawn at once if nothing was for a while, and else as soon as it may.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (_due is not null)
            {
                return;
            }

            if (_last is { } last && Interval - time.GetElapsedTime(last) is var wait && wait > TimeSpan.Zero)
            {
                _due = time.CreateTimer(_ => Draw(), state: null, wait, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Draw();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _due?.Dispose();
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            _due?.Dispose();
            _due = null;
            _last = time.GetTimestamp();
        }

        render();
    }
}
