using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Storage.Tests.Logs;

public sealed class AppendLogWriterTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private AppendBlobClient Blob => Container(_account.Blobs).GetAppendBlobClient("1/metrics.jsonl");

    public async ValueTask InitializeAsync() => await Container(_account.Blobs).CreateAsync(cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Records_that_were_collected_are_appended_as_one_block()
    {
        using var log = await BeginAsync();
        log.Add(new Metric(1));
        log.Add(new Metric(2));
        (await StoredAsync()).ShouldBeEmpty();

        await log.FlushAsync(CancellationToken);
        await log.FlushAsync(CancellationToken);

        (await StoredAsync()).ShouldBe([1, 2]);
        (await BlocksAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Records_are_appended_by_the_clock_until_the_writing_is_cancelled()
    {
        var time = new FakeTimeProvider();
        using var log = await BeginAsync();
        using var cancellation = new CancellationTokenSource();
        var writing = log.FlushEveryAsync(TimeSpan.FromSeconds(1), time, cancellation.Token);
        for (var step = 1; step <= 3; step++)
        {
            log.Add(new Metric(step));
            time.Advance(TimeSpan.FromSeconds(1));
            while ((await StoredAsync()).Count < step)
            {
                await Task.Yield();
            }
        }

        await cancellation.CancelAsync();
        await writing;

        (await StoredAsync()).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_log_begun_anew_is_its_new_writers_alone()
    {
        using var first = await BeginAsync();
        first.Add(new Metric(1));
        await first.FlushAsync(CancellationToken);
        first.Add(new Metric(2));
        using var second = await BeginAsync(new Metric(1), new Metric(20));

        await Should.ThrowAsync<LogTakenOverException>(() => first.FlushAsync(CancellationToken));

        second.Add(new Metric(21));
        await second.FlushAsync(CancellationToken);
        (await StoredAsync()).ShouldBe([1, 20, 21]);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_not_made_twice()
    {
        var line = new LostAnswer();
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(line, HttpPipelinePosition.PerRetry);
        var blob = Container(new BlobServiceClient(_account.ConnectionString, options)).GetAppendBlobClient(Blob.Name);
        using var log = await new AppendLog<Metric>(blob).BeginAnewAsync([], CancellationToken);
        log.Add(new Metric(1));
        line.IsCut = true;
        await Should.ThrowAsync<RequestFailedException>(() => log.FlushAsync(CancellationToken));
        line.IsCut = false;
        log.Add(new Metric(2));

        await log.FlushAsync(CancellationToken);

        (await StoredAsync()).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_log_with_many_blocks_is_written_again_with_few_and_goes_on()
    {
        const int MostBlocks = 5;
        using var log = await new AppendLog<Metric>(Blob).BeginAnewAsync([], MostBlocks, CancellationToken);
        var follower = new AppendLog<Metric>(Blob).Follow();
        var followed = new List<int>();
        for (var step = 1; step <= 23; step++)
        {
            log.Add(new Metric(step));
            await log.FlushAsync(CancellationToken);
            followed.AddRange((await follower.ReadAsync(CancellationToken)).Select(metric => metric.Step));
            (await BlocksAsync()).ShouldBeLessThanOrEqualTo(MostBlocks);
        }

        (await StoredAsync()).ShouldBe(Enumerable.Range(1, 23));
        followed.ShouldBe(Enumerable.Range(1, 23), "who follows does not notice");
    }

    [Fact]
    public async Task More_than_one_append_takes_is_cut_between_records()
    {
        var metrics = Enumerable.Range(1, 250_000).Select(step => new Metric(step)).ToArray();

        using var small = await BeginAsync(metrics);

        (await BlocksAsync()).ShouldBe(1);
        var note = new string('n', 3 << 20);
        using var log = await BeginAsync(new Metric(1, note), new Metric(2, note), new Metric(3, note));
        (await BlocksAsync()).ShouldBe(3);
        log.Add(new Metric(4));
        await log.FlushAsync(CancellationToken);
        (await StoredAsync()).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_follower_of_a_log_that_is_begun_anew_reads_all_of_it_wherever_it_was()
    {
        var follower = new AppendLog<Metric>(Blob).Follow();
        (await follower.ReadAsync(CancellationToken)).ShouldBeEmpty();
        using var first = await BeginAsync([.. Enumerable.Range(1, 10).Select(step => new Metric(step))]);
        (await follower.ReadAsync(CancellationToken)).Count.ShouldBe(10);
        (await follower.ReadAsync(CancellationToken)).ShouldBeEmpty();

        using var longer = await BeginAsync([.. Enumerable.Range(1, 30).Select(step => new Metric(step, "other"))]);
        (await follower.ReadAsync(CancellationToken)).Select(metric => metric.Step).ShouldBe(Enumerable.Range(1, 30));

        using var shorter = await BeginAsync(new Metric(1));
        var read = new List<Metric>();
        while (read.Count == 0)
        {
            read.AddRange(await follower.ReadAsync(CancellationToken));
        }

        read.ShouldBe([new Metric(1)]);
    }

    private static BlobContainerClient Container(BlobServiceClient blobs) => blobs.GetBlobContainerClient("runs");

    private Task<AppendLogWriter<Metric>> BeginAsync(params Metric[] metrics) => new AppendLog<Metric>(Blob).BeginAnewAsync(metrics, CancellationToken);

    private async Task<IReadOnlyList<int>> StoredAsync() =>
        [.. (await new AppendLog<Metric>(Blob).ReadAsync(0, CancellationToken)).Records.Select(metric => metric.Step)];

    private async Task<int> BlocksAsync()
    {
        BlobProperties properties = await Blob.GetPropertiesAsync(cancellationToken: CancellationToken);
        return properties.BlobCommittedBlockCount;
    }

    private sealed record Metric(int Step, string? Note = null);

    /// <summary>While it is cut, requests arrive and their answers do not.</summary>
    private sealed class LostAnswer : HttpPipelineSynchronousPolicy
    {
        public bool IsCut { get; set; }

        public override void OnReceivedResponse(HttpMessage message)
        {
            if (IsCut)
            {
                throw new RequestFailedException("The answer is lost.");
            }
        }
    }
}
