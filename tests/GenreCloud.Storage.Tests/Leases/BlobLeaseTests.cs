using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Leases;

public sealed class BlobLeaseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly ObservedTime _time = new();
    private readonly FaultyNetwork _network = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _account.Blobs.CreateBlobContainerAsync("runs", cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_many_candidates_exactly_one_gets_the_lease()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AcquireAsync()));

        await using var lease = leases.Where(candidate => candidate is not null).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_released_lease_can_be_taken_at_once()
    {
        var first = (await AcquireAsync()).ShouldNotBeNull();
        (await AcquireAsync()).ShouldBeNull();

        await first.DisposeAsync();

        await using var second = await AcquireAsync();
        second.ShouldNotBeNull();
        first.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task It_is_renewed_every_third_of_its_duration()
    {
        await using var lease = (await AcquireAsync()).ShouldNotBeNull();
        _network.Reset();

        for (var renewal = 1; renewal <= 4; renewal++)
        {
            await _time.ElapseAsync(Duration / 3, CancellationToken);
            await _network.NextAsync(CancellationToken);
            _network.Answered(RequestMethod.Put).ShouldBe(renewal);
        }

        lease.Lost.IsCancellationRequested.ShouldBeFalse();
        (await AcquireAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_broken_lease_is_lost_at_the_next_renewal()
    {
        await using var lease = (await AcquireAsync()).ShouldNotBeNull();
        await _account.Blobs.GetBlobContainerClient("runs").GetBlobClient("1/lease").GetBlobLeaseClient()
            .BreakAsync(TimeSpan.Zero, cancellationToken: CancellationToken);

        await _time.ElapseAsync(Duration / 3, CancellationToken);

        await Cancelled(lease.Lost);
    }

    [Fact]
    public async Task It_survives_an_outage_shorter_than_its_duration()
    {
        await using var lease = (await AcquireAsync()).ShouldNotBeNull();
        _network.IsCut = true;
        await _time.ElapseAsync(Duration / 3, CancellationToken);
        await _time.TimerAsync(Duration / 15, CancellationToken);

        _network.IsCut = false;
        _network.Reset();
        _time.Advance(Duration / 15);
        await _network.NextAsync(CancellationToken);

        _network.Answered(RequestMethod.Put).ShouldBe(1);
        await _time.TimerAsync(Duration / 3, CancellationToken);
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task When_the_storage_stays_out_of_reach_it_is_lost_by_our_own_clock()
    {
        await using var lease = (await AcquireAsync()).ShouldNotBeNull();
        _network.IsCut = true;

        // Tried again every second from the fifth on; one second before the end the deadline of the attempt is as long as the pause.
        await _time.ElapseAsync(TimeSpan.FromSeconds(5), CancellationToken);
        for (var second = 6; second < 15; second++)
        {
            await _time.ElapseAsync(TimeSpan.FromSeconds(1), CancellationToken);
        }

        await _time.TimerAsync(TimeSpan.FromSeconds(1), CancellationToken);
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
        await _time.ElapseAsync(TimeSpan.FromSeconds(1), CancellationToken);

        await Cancelled(lease.Lost);
    }

    private static Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        token.Register(cancelled.SetResult);
        return cancelled.Task.WaitAsync(CancellationToken);
    }

    private Task<BlobLease?> AcquireAsync()
    {
        var blobs = new BlobServiceClient(_account.ConnectionString, _network.Apply(new BlobClientOptions()));
        return BlobLease.TryAcquireAsync(blobs.GetBlobContainerClient("runs").GetBlobClient("1/lease"), Duration, _time, CancellationToken);
    }
}
