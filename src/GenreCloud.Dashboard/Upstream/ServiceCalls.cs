using GenreCloud.Dashboard.Access;
using Microsoft.AspNetCore.Components.Authorization;

namespace GenreCloud.Dashboard.Upstream;

/// <summary>
/// Sends the requests of a page to a service with the key of the person who looks at it, and tells a service that does not answer from one that refuses.
/// Nothing is tried again here: a page that shows at once what is wrong, and goes on by itself, is worth more than one that stands still.
/// </summary>
internal sealed class ServiceCalls(Service service, IHttpMessageHandlerFactory handlers, AuthenticationStateProvider caller, TimeProvider time) : HttpMessageHandler
{
    public const string ClientName = "GenreCloud.Dashboard";

    /// <summary>Until an answer begins. The longest work that a service does before, the explanation of a genre, is ended by it after a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(65);

    /// <summary>Reading is quick, or something is wrong.</summary>
    private static readonly TimeSpan ReadingPatience = TimeSpan.FromSeconds(15);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (SignedInKey.Of((await caller.GetAuthenticationStateAsync()).User) is { } key)
        {
            request.Headers.Add(SignedInKey.Header, key);
        }

        using var patience = new CancellationTokenSource(request.Method == HttpMethod.Get ? ReadingPatience : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // The factory's handlers find the host, and are renewed now and then: one is asked for every time.
            using var invoker = new HttpMessageInvoker(handlers.CreateHandler(ClientName), disposeHandler: false);
            return await invoker.SendAsync(request, either.Token);
        }
        catch (HttpRequestException exception)
        {
            throw new ServiceUnreachableException(service, exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceUnreachableException(service, "it took too long.", exception);
        }
    }
}
