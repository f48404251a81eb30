using System.Threading.Channels;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.DatasetImport.Tests.Garbage;

/// <summary>
/// A clock that the test advances, ahead of the storage's own, whose blobs are thereby as old as the test wants them; and that tells when a service has
/// collected the garbage and waits for the next time.
/// </summary>
internal sealed class CollectionTime() : FakeTimeProvider(System.GetUtcNow())
{
    /// <summary>So long that a test that stays below it has no collections but its own, and those of services that start.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromDays(30);

    private readonly Channel<bool> _waiting = Channel.CreateUnbounded<bool>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == Interval)
        {
            _waiting.Writer.TryWrite(true);
        }

        return timer;
    }

    /// <summary>A service with this clock, as it collects for the first time.</summary>
    /// <param name="gate">Holds a request of its.</param>
    public Task<ServiceHost> StartAsync(StorageAccount account, StorageGate? gate = null) => ImportService.StartAsync(
        account,
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(this);
            gate?.Watch(builder, account);
        },
        settings: ("DatasetImport:GarbageCollectionInterval", $"{Interval}"));

    /// <summary>Waits until a service has collected.</summary>
    public async Task CollectedAsync(CancellationToken cancellationToken) => await _waiting.Reader.ReadAsync(cancellationToken);
}
