using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>At which addresses a service may serve without asking who calls. Nothing listens here: the tests serve at 127.0.0.1 only.</summary>
[Trait("Category", "Security")]
public sealed class AddressCheckTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5200")]
    [InlineData("http://localhost:5200")]
    [InlineData("http://[::1]:5200")]
    [InlineData("http://unix:/run/genrecloud.sock")]
    public async Task One_s_own_machine_need_not_say_who_it_is(string address) => await CheckAsync(new AccessOptions(), address);

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://*:8080")]
    [InlineData("https://192.168.1.5:8443")]
    [InlineData("http://genres.example.com")]
    public async Task A_service_that_others_reach_does_not_start_open_unless_told(string address)
    {
        var refused = await Should.ThrowAsync<StartupException>(() => CheckAsync(new AccessOptions(), "http://127.0.0.1:1", address));

        refused.Message.ShouldContain(address);
        refused.Message.ShouldContain("Access__RequireAuthentication");
        refused.Message.ShouldContain("Access:AllowAnonymousOnNetwork");
        await CheckAsync(new AccessOptions { RequireAuthentication = true }, address);
        await CheckAsync(new AccessOptions { AllowAnonymousOnNetwork = true }, address);
    }

    private static async Task CheckAsync(AccessOptions options, params string[] addresses)
    {
        using var server = new ListeningServer(addresses);
        await new AddressCheck(server, Options.Create(options)).StartedAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A server that says where it listens.</summary>
    private sealed class ListeningServer : IServer, IServerAddressesFeature
    {
        public ListeningServer(string[] addresses)
        {
            Addresses = addresses;
            Features.Set<IServerAddressesFeature>(this);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public ICollection<string> Addresses { get; }

        public bool PreferHostingUrls { get; set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
