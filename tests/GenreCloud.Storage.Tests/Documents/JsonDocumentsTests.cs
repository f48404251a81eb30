using System.Text;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Documents;

public sealed class JsonDocumentsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly BlobContainerClient _container = azurite.NewAccount().Blobs.GetBlobContainerClient("runs");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _container.CreateAsync(cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_document_comes_back_as_it_was_written_with_its_etag()
    {
        var blob = _container.GetBlobClient("1/run.json");
        var run = new Run("r&b – „ü“", 3, Phase.WarmUp) { Loss = double.NaN };

        var etag = await blob.CreateJsonAsync(run, CancellationToken);

        var read = await blob.ReadJsonAsync<Run>(CancellationToken);
        read.ShouldBe(new Versioned<Run>(run, etag));
        (await blob.DownloadContentAsync(CancellationToken)).Value.Content.ToString()
            .ShouldBe("""{"name":"r&b – „ü“","epoch":3,"phase":"warmUp","loss":"NaN"}""");
    }

    [Fact]
    public async Task Unknown_members_are_ignored()
    {
        var blob = _container.GetBlobClient("newer.json");
        await blob.UploadAsync(BinaryData.FromString("""{"name":"a","epoch":1,"phase":"training","colour":"blue"}"""), CancellationToken);

        (await blob.ReadJsonAsync<Run>(CancellationToken))!.Value.ShouldBe(new Run("a", 1, Phase.Training));
    }

    [Fact]
    public async Task An_absent_document_reads_as_null() =>
        (await _container.GetBlobClient("none.json").ReadJsonAsync<Run>(CancellationToken)).ShouldBeNull();

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"name":"a","epoch":"three"}""")]
    public async Task A_broken_document_is_refused_by_name(string content)
    {
        var blob = _container.GetBlobClient("broken.json");
        await blob.UploadAsync(BinaryData.FromBytes(Encoding.UTF8.GetBytes(content)), CancellationToken);

        var exception = await Should.ThrowAsync<InvalidDocumentException>(() => blob.ReadJsonAsync<Run>(CancellationToken));
        exception.BlobName.ShouldBe("broken.json");
    }

    [Fact]
    public async Task Of_many_creators_exactly_one_wins()
    {
        var blob = _container.GetBlobClient("race.json");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            try
            {
                await blob.CreateJsonAsync(new Run("writer", writer, Phase.Training), CancellationToken);
                return (int?)writer;
            }
            catch (BlobAlreadyExistsException)
            {
                return null;
            }
        }));

        var winner = outcomes.Where(outcome => outcome is not null).ShouldHaveSingleItem();
        (await blob.ReadJsonAsync<Run>(CancellationToken))!.Value.Epoch.ShouldBe(winner!.Value);
    }

    [Fact]
    public async Task Of_many_that_replace_the_same_reading_exactly_one_wins()
    {
        var blob = _container.GetBlobClient("race.json");
        var etag = await blob.CreateJsonAsync(new Run("start", -1, Phase.Training), CancellationToken);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            try
            {
                await blob.ReplaceJsonAsync(new Run("writer", writer, Phase.Training), etag, CancellationToken);
                return (int?)writer;
            }
            catch (BlobChangedException)
            {
                return null;
            }
        }));

        var winner = outcomes.Where(outcome => outcome is not null).ShouldHaveSingleItem();
        (await blob.ReadJsonAsync<Run>(CancellationToken))!.Value.Epoch.ShouldBe(winner!.Value);
    }

    [Fact]
    public async Task A_deleted_document_is_not_replaced()
    {
        var blob = _container.GetBlobClient("deleted.json");
        var etag = await blob.CreateJsonAsync(new Run("a", 1, Phase.Training), CancellationToken);
        await blob.DeleteAsync(cancellationToken: CancellationToken);

        await Should.ThrowAsync<BlobChangedException>(() => blob.ReplaceJsonAsync(new Run("a", 2, Phase.Training), etag, CancellationToken));
    }

    [Fact]
    public async Task Concurrent_updates_lose_nothing()
    {
        var blob = _container.GetBlobClient("counter.json");

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => blob.UpdateJsonAsync<Run>(
            run => run is null ? new Run("count", 1, Phase.Training) : run with { Epoch = run.Epoch + 1 }, CancellationToken)));

        (await blob.ReadJsonAsync<Run>(CancellationToken))!.Value.Epoch.ShouldBe(12);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_writes_nothing()
    {
        var blob = _container.GetBlobClient("same.json");
        var etag = await blob.CreateJsonAsync(new Run("a", 1, Phase.Training), CancellationToken);

        var updated = await blob.UpdateJsonAsync<Run>(run => run!, CancellationToken);

        updated.ETag.ShouldBe(etag);
        (await blob.GetPropertiesAsync(cancellationToken: CancellationToken)).Value.ETag.ShouldBe(etag);
    }

    [Fact]
    public async Task A_missing_container_is_not_taken_for_a_missing_document()
    {
        var blob = azurite.NewAccount().Blobs.GetBlobContainerClient("runs").GetBlobClient("a.json");

        await Should.ThrowAsync<RequestFailedException>(() => blob.ReadJsonAsync<Run>(CancellationToken));
    }

    private enum Phase
    {
        WarmUp,
        Training,
    }

    private sealed record Run(string Name, int Epoch, Phase Phase)
    {
        [JsonPropertyOrder(1)]
        public double? Loss { get; init; }

        public string? Note { get; init; }
    }
}
