using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>Ends the start of a service that would answer everyone. What comes before it ends is refused by <see cref="ScopeAuthorization"/>.</summary>
internal sealed class AddressCheck(IServer server, IOptions<AccessOptions> options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The server is the last to start, and knows then where it listens, however it was told.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var open = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => !IsOwnMachine(address));
        return open is null || options.Value.RequireAuthentication || options.Value.AllowAnonymousOnNetwork
            ? Task.CompletedTask
            : throw new StartupException(
                $"Others reach {open}, and nobody is asked who they are. Set Access:RequireAuthentication (environment: Access__RequireAuthentication) to true, "
                + "so that callers need an API key or a token; or serve at a loopback address such as http://127.0.0.1:5200; or, where only those reach it who "
                + "may do everything, set Access:AllowAnonymousOnNetwork to true.");
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsOwnMachine(string address)
    {
        var binding = BindingAddress.Parse(address);
        return binding.IsUnixPipe || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
