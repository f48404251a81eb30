using GenreCloud.Client.Keys;
using GenreCloud.Client.Webhooks;

namespace GenreCloud.Client.Tests.Keys;

/// <summary>The client against what the inference service keeps of keys and webhooks.</summary>
public sealed class AccessRoundTripTests(AllServices services) : IClassFixture<AllServices>
{
    private readonly InferenceClient _client = services.Inference;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_listed_without_its_secret_and_revoked()
    {
        var made = await _client.CreateApiKeyAsync(new ApiKeyRequest("tests", AccessScope.Classify), CancellationToken);
        var listed = await _client.ListApiKeysAsync(CancellationToken);
        await _client.RevokeApiKeyAsync(made.Id, CancellationToken);

        made.Key.ShouldNotBeNull().ShouldStartWith("gck_");
        listed.ShouldHaveSingleItem().ShouldBe(made with { Key = null });
        (await Should.ThrowAsync<GenreCloudException>(() => _client.RevokeApiKeyAsync(made.Id, CancellationToken))).Problem.Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_webhook_is_made_listed_without_its_secret_and_deleted()
    {
        var made = await _client.CreateWebhookAsync(
            new WebhookRequest(new Uri("https://receiver.example/hooks/1")) { Model = "genres", Description = "tests" }, CancellationToken);
        var listed = await _client.ListWebhooksAsync(CancellationToken);
        var deliveries = await _client.ListDeliveriesAsync(made.Id, cancellationToken: CancellationToken);
        await _client.DeleteWebhookAsync(made.Id, CancellationToken);

        made.Secret.ShouldNotBeNullOrEmpty();
        listed.ShouldHaveSingleItem().ShouldBe(made with { Secret = null });
        deliveries.ShouldBeEmpty();
        (await _client.ListWebhooksAsync(CancellationToken)).ShouldBeEmpty();
    }
}
