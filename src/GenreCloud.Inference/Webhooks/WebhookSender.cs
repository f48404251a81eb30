using System.Globalization;
using System.Text;
using System.Text.Json;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Webhooks;

/// <summary>Sends an event to a webhook, once.</summary>
internal sealed class WebhookSender(IHttpClientFactory clients, WebhookTuning tuning, TimeProvider time)
{
    private readonly HttpClient _http = clients.CreateClient(WebhookClient.Name);

    /// <summary>Never throws for what the receiver does.</summary>
    public async Task<DeliveryAttempt> SendAsync(Webhook webhook, WebhookEvent told, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var started = time.GetTimestamp();
        var body = JsonSerializer.Serialize(told, GenreCloudJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", told.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(webhook.Secret, told.Id, at, body));
        using var patience = new CancellationTokenSource(tuning.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // What else it answers is nobody's business.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Attempt((int)response.StatusCode, error: null);
        }
        catch (HttpRequestException exception)
        {
            return Attempt(statusCode: null, exception.InnerException is PrivateAddressException refused ? refused.Message : $"It could not be reached: {exception.HttpRequestError}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt(statusCode: null, $"It did not answer within {tuning.Timeout.TotalSeconds:N0} s.");
        }

        DeliveryAttempt Attempt(int? statusCode, string? error) => new(at, statusCode, error, time.GetElapsedTime(started).TotalMilliseconds);
    }
}
