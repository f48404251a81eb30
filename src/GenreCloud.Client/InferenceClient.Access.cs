using GenreCloud.Client.Http;
using GenreCloud.Client.Keys;
using GenreCloud.Client.Webhooks;

namespace GenreCloud.Client;

/// <content>Who is told of changes, and who may make them. Takes a key with the scope manage where the service asks for keys.</content>
public sealed partial class InferenceClient
{
    /// <summary>Has an address told of what changes from now on.</summary>
    /// <returns>The webhook with its secret, which is shown this once.</returns>
    /// <exception cref="GenreCloudException">400: the address cannot be told. 409: there are too many webhooks.</exception>
    public Task<Webhook> CreateWebhookAsync(WebhookRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<Webhook>("api/webhooks", request, cancellationToken);

    /// <summary>The webhooks, without their secrets.</summary>
    public Task<IReadOnlyList<Webhook>> ListWebhooksAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<Webhook>>("api/webhooks", cancellationToken);

    /// <summary>Tells an address no more.</summary>
    /// <exception cref="GenreCloudException">404: there is no such webhook.</exception>
    public Task DeleteWebhookAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(ApiPath.Of($"api/webhooks/{id}"), ifMatch: null, cancellationToken);

    /// <summary>What became of the events for a webhook, the newest first.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="limit">At most so many, 1 to 500.</param>
    /// <exception cref="GenreCloudException">404: there is no such webhook.</exception>
    public Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string id, int limit = 50, CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<WebhookDelivery>>(ApiPath.Query(ApiPath.Of($"api/webhooks/{id}/deliveries"), ("limit", limit)), cancellationToken);

    /// <summary>Makes an API key for all services.</summary>
    /// <returns>The key, whose text is shown this once.</returns>
    /// <exception cref="GenreCloudException">400: the name cannot be used, or the key would have expired already.</exception>
    public Task<ApiKey> CreateApiKeyAsync(ApiKeyRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<ApiKey>("api/keys", request, cancellationToken);

    /// <summary>The API keys, without their secrets.</summary>
    public Task<IReadOnlyList<ApiKey>> ListApiKeysAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<ApiKey>>("api/keys", cancellationToken);

    /// <summary>Has a key taken no more, within a few seconds.</summary>
    /// <exception cref="GenreCloudException">404: there is no such key.</exception>
    public Task RevokeApiKeyAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(ApiPath.Of($"api/keys/{id}"), ifMatch: null, cancellationToken);
}
