using GenreCloud.Inference.Admission;

namespace GenreCloud.Inference.Tests.Admission;

/// <summary>Every slot of a service, taken as by requests that run for long, until it is disposed.</summary>
internal sealed class OccupiedSlots : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly RunSlot[] _slots;

    private OccupiedSlots(RunSlot[] slots) => _slots = slots;

    public static async Task<OccupiedSlots> TakeAsync(InferenceHost service)
    {
        var slots = service.Part<RunSlots>();
        return new OccupiedSlots(await Task.WhenAll(
            Enumerable.Range(0, slots.Count).Select(_ => slots.EnterAsync(TestContext.Current.CancellationToken))));
    }

    /// <summary>Waits until so many requests wait.</summary>
    public static async Task WaitForQueueAsync(InferenceHost service, int length)
    {
        while (service.Part<RunSlots>().Waiting != length)
        {
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }
}
