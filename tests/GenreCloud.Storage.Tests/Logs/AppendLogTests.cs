using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Logs;

public sealed class AppendLogTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly BlobContainerClient _container = azurite.NewAccount().Blobs.GetBlobContainerClient("runs");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _container.CreateAsync(cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_log_that_nobody_wrote_is_empty()
    {
        var page = await Log().ReadAsync(0, CancellationToken);

        page.Records.ShouldBeEmpty();
        page.NextOffset.ShouldBe(0);
    }

    [Fact]
    public async Task Records_are_lines_in_the_order_they_were_appended()
    {
        var log = Log();
        await log.AppendAsync(new Metric(1, "a\nb"), CancellationToken);
        await log.AppendAsync(new Metric(2, "ü"), CancellationToken);

        (await log.ReadAsync(0, CancellationToken)).Records.ShouldBe([new Metric(1, "a\nb"), new Metric(2, "ü")]);
        var text = (await _container.GetBlobClient("1/metrics.jsonl").DownloadContentAsync(CancellationToken)).Value.Content.ToString();
        text.ShouldBe("{\"epoch\":1,\"note\":\"a\\nb\"}\n{\"epoch\":2,\"note\":\"ü\"}\n");
    }

    [Fact]
    public async Task A_reader_follows_from_where_it_was()
    {
        var log = Log();
        await log.AppendAsync(new Metric(1, "first"), CancellationToken);
        var first = await log.ReadAsync(0, CancellationToken);
        (await log.ReadAsync(first.NextOffset, CancellationToken)).ShouldSatisfyAllConditions(
            page => page.Records.ShouldBeEmpty(),
            page => page.NextOffset.ShouldBe(first.NextOffset));

        await log.AppendAsync(new Metric(2, "second"), CancellationToken);

        (await log.ReadAsync(first.NextOffset, CancellationToken)).Records.ShouldBe([new Metric(2, "second")]);
    }

    [Fact]
    public async Task Concurrent_writers_of_a_new_log_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Log().AppendAsync(new Metric(writer, "w"), CancellationToken)));

        var records = (await Log().ReadAsync(0, CancellationToken)).Records;
        records.Select(record => record.Epoch).Order().ShouldBe(Enumerable.Range(0, 16));
    }

    private AppendLog<Metric> Log() => new(_container.GetAppendBlobClient("1/metrics.jsonl"));

    private sealed record Metric(int Epoch, string Note);
}
