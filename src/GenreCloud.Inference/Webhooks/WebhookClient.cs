using System.Net;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Webhooks;

/// <summary>The HTTP client that webhooks are told by: other people's servers, whose addresses may be secrets.</summary>
internal static class WebhookClient
{
    public const string Name = "webhooks";

    private const string Setting = "Webhooks:AllowPrivateAddresses";

    public static void AddWebhookClient(this IHostApplicationBuilder builder)
    {
        var client = builder.Services.AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler(Configure)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

        // The queue tries again, and one receiver that fails is no reason not to tell another one.
#pragma warning disable EXTEXP0001 // The only way to leave the defaults; marked experimental.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }

    /// <summary>What is wrong with an address; null when it may be a webhook's.</summary>
    public static string? FaultOf(Uri? url, bool allowPrivateAddresses)
    {
        if (url is not { IsAbsoluteUri: true } || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url.UserInfo.Length > 0)
        {
            return "Give an https address without user and password.";
        }

        if (allowPrivateAddresses)
        {
            return null;
        }

        return url.Scheme != Uri.UriSchemeHttps ? $"Give an https address; http is for one's own machine ({Setting})."
            : IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) && !PublicAddress.IsPublic(address) ? new PrivateAddressException(url.Host, Setting).Message
            : null;
    }

    private static void Configure(SocketsHttpHandler handler, IServiceProvider services)
    {
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // A span of the call would have its address, and the receiver has no part in this system's traces.
        handler.ActivityHeadersPropagator = null;
        if (!services.GetRequiredService<IOptions<WebhookOptions>>().Value.AllowPrivateAddresses)
        {
            // A proxy would connect to addresses that nobody checks, and is private itself.
            handler.UseProxy = false;
            handler.ConnectCallback = new GuardedConnection(PublicAddress.IsPublic, Setting).ConnectAsync;
        }
    }
}
