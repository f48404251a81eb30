namespace GenreCloud.Inference.Admission;

/// <summary>The right to compute what nobody waits for, until it is disposed or a request wants it.</summary>
internal sealed class IdleRunSlot(RunSlots slots, CancellationTokenSource wanted) : IDisposable
{
    /// <summary>Is cancelled when a request wants the slot, which is then to be given back at once.</summary>
    public CancellationToken Wanted => wanted.Token;

    public void Dispose()
    {
        slots.LeaveIdle(wanted);
        wanted.Dispose();
    }
}
