namespace GenreCloud.Inference.Admission;

/// <summary>The right to compute for one request, until it is disposed.</summary>
internal sealed class RunSlot(RunSlots slots) : IDisposable
{
    private const long Paused = -1;

    private long _since = slots.Now;

    /// <summary>To be called between the runs of a request that has several: lets those run that wait, and waits for the next turn.</summary>
    public Task YieldAsync(CancellationToken cancellationToken) => slots.YieldAsync(this, cancellationToken);

    public void Dispose()
    {
        // A slot whose turn never came again has nothing to give back.
        if (_since != Paused)
        {
            slots.Leave(this);
        }
    }

    /// <returns>Since when it was used.</returns>
    internal long Pause()
    {
        var since = _since;
        _since = Paused;
        return since;
    }

    internal void Resume() => _since = slots.Now;
}
