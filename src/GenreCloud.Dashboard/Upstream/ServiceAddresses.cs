using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace GenreCloud.Dashboard.Upstream;

/// <summary>Where the services are.</summary>
internal sealed class ServiceAddresses(IOptions<DashboardOptions> options, IServer server)
{
    /// <summary>The base address of a service, with a slash at its end.</summary>
    public Uri Of(Service service) => options.Value.ServicesInProcess
        ? Own()
        : new Uri(service switch
        {
            Service.DatasetImport => options.Value.DatasetImportUrl,
            Service.Training => options.Value.TrainingUrl,
            _ => options.Value.InferenceUrl,
        });

    /// <summary>Known once the server listens, which it does before it has a request to make calls for. One that listens everywhere is called on its own machine.</summary>
    private Uri Own()
    {
        var address = BindingAddress.Parse(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }
}
