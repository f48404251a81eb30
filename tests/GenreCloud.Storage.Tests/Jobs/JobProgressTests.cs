using Azure.Core;
using Azure.Storage.Blobs;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Jobs;

public sealed class JobProgressTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly ObservedTime _time = new();
    private readonly FaultyNetwork _network = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private CountStore Jobs => new(new BlobServiceClient(_account.ConnectionString, _network.Apply(new BlobClientOptions())));

    public async ValueTask InitializeAsync()
    {
        await _account.Blobs.CreateBlobContainerAsync("jobs", cancellationToken: CancellationToken);
        await Jobs.CreateAsync(new Count("job", _time.GetUtcNow(), 0), CancellationToken);
        _network.Reset();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Changes_are_written_a_few_times_a_second_and_the_last_one_for_certain()
    {
        await using var progress = new JobProgress<Count>(Jobs, "job", _time);
        for (var number = 1; number <= 100; number++)
        {
            Post(progress, number);
        }

        _network.Answered(RequestMethod.Put).ShouldBe(0);
        await progress.FlushAsync(CancellationToken);

        _network.Answered(RequestMethod.Put).ShouldBe(1);
        (await Jobs.FindAsync("job", CancellationToken)).ShouldNotBeNull().Number.ShouldBe(100);
    }

    [Fact]
    public async Task A_change_after_a_while_is_written_beside_the_work()
    {
        await using (var progress = new JobProgress<Count>(Jobs, "job", _time))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Post(progress, 7);
        }

        (await Jobs.FindAsync("job", CancellationToken)).ShouldNotBeNull().Number.ShouldBe(7);
    }

    [Fact]
    public async Task A_write_that_fails_beside_the_work_does_not_end_it()
    {
        await using var progress = new JobProgress<Count>(Jobs, "job", _time);
        _network.IsCut = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        Post(progress, 1);
        await _network.NextAsync(CancellationToken);

        _network.IsCut = false;
        Post(progress, 2);
        await progress.FlushAsync(CancellationToken);

        (await Jobs.FindAsync("job", CancellationToken)).ShouldNotBeNull().Number.ShouldBe(2);
    }

    private static void Post(JobProgress<Count> progress, int number) => progress.Post(job => job with { Number = number }, CancellationToken);

    private sealed record Count(string Id, DateTimeOffset CreatedAt, int Number) : IJob
    {
        public bool HasEnded => false;
    }

    private sealed class CountStore(BlobServiceClient blobs) : JobStore<Count>(blobs.GetBlobContainerClient("jobs"), "job.json");
}
