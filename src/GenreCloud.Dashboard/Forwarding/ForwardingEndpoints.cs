using GenreCloud.Dashboard.Upstream;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Yarp.ReverseProxy.Forwarder;

namespace GenreCloud.Dashboard.Forwarding;

/// <summary>
/// Passes requests of the browser on to the services: a page speaks to its own origin alone. Bodies of both directions go through as they come, however large:
/// limits are the services'.
/// </summary>
internal static class ForwardingEndpoints
{
    private const string DocumentPath = "/openapi/v1.json";

    /// <summary>As long as Azure Container Apps lets a request be silent: events of a run that waits for its turn may take so long.</summary>
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromMinutes(4) };

    public static void MapForwarding(this IEndpointRouteBuilder app)
    {
        // The key is looked at here too, so that wrong ones are counted by the address that they come from; what it allows, the service says.
        var forwarded = app.MapGroup("").AllowClassify().WithMetadata(new DisableRequestSizeLimitAttribute()).ExcludeFromDescription();
        foreach (var (path, service) in ForwardedPaths.All)
        {
            forwarded.Map($"{path}/{{**rest}}", (HttpContext http, IHttpForwarder forwarder, IHttpMessageHandlerFactory handlers, ServiceAddresses addresses) =>
                ForwardAsync(http, forwarder, handlers, addresses, service));
        }

        foreach (var (path, service) in ForwardedPaths.Documents)
        {
            app.MapGet(path, (HttpContext http, IHttpForwarder forwarder, IHttpMessageHandlerFactory handlers, ServiceAddresses addresses) =>
            {
                http.Request.Path = DocumentPath;
                return ForwardAsync(http, forwarder, handlers, addresses, service);
            }).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static async Task ForwardAsync(
        HttpContext http, IHttpForwarder forwarder, IHttpMessageHandlerFactory handlers, ServiceAddresses addresses, Service service)
    {
        using var invoker = new HttpMessageInvoker(handlers.CreateHandler(ServiceCalls.ClientName), disposeHandler: false);
        var error = await forwarder.SendAsync(http, addresses.Of(service).ToString(), invoker, Forwarding, HttpTransformer.Default);
        if (error is not (ForwarderError.None or ForwarderError.RequestCanceled) && !http.Response.HasStarted)
        {
            throw new ProblemException(
                StatusCodes.Status502BadGateway,
                $"The {service.DisplayName()} does not answer",
                "It is down, or restarts. Try again; if it stays, look at its log and its /health.",
                http.GetForwarderErrorFeature()?.Exception);
        }
    }
}
