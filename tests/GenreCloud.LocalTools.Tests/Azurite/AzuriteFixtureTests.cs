using GenreCloud.Testing;

namespace GenreCloud.LocalTools.Tests.Azurite;

public sealed class AzuriteFixtureTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Accounts_do_not_see_each_other()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var first = azurite.NewAccount();
        var second = azurite.NewAccount();

        await first.Blobs.CreateBlobContainerAsync("datasets", cancellationToken: cancellationToken);
        await first.Queues.CreateQueueAsync("imports", cancellationToken: cancellationToken);

        (await second.Blobs.GetBlobContainerClient("datasets").ExistsAsync(cancellationToken)).Value.ShouldBeFalse();
        (await second.Queues.GetQueueClient("imports").ExistsAsync(cancellationToken)).Value.ShouldBeFalse();
        (await first.Blobs.GetBlobContainerClient("datasets").ExistsAsync(cancellationToken)).Value.ShouldBeTrue();
    }
}
