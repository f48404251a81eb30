using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>The HTTP client that fetches sources: other people's servers, files of many gigabytes.</summary>
internal static class SourceClient
{
    public const string Name = "sources";

    /// <summary>Adds the client.</summary>
    public static void AddSourceClient(this IHostApplicationBuilder builder)
    {
        // One client for good: a handler that the factory replaced in the middle of a download might end it. The connections
        // are renewed instead, so that a changed DNS entry counts.
        var client = builder.Services.AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler(Configure)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

        // The defaults are for calls between services: they end a call after half a minute, and no longer call a host at all
        // where many calls to any other host have failed.
#pragma warning disable EXTEXP0001 // The only way to leave the defaults; marked experimental.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }

    private static void Configure(SocketsHttpHandler handler, IServiceProvider services)
    {
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);

        // Redirects and cookies belong to one download, and not to everybody's.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        if (!services.GetRequiredService<IOptions<DatasetImportOptions>>().Value.AllowPrivateAddresses)
        {
            // A proxy would connect to addresses that nobody checks, and is private itself.
            handler.UseProxy = false;
            handler.ConnectCallback = new GuardedConnection(
                services.GetRequiredService<SourceTuning>().MayConnectTo, "DatasetImport:AllowPrivateAddresses").ConnectAsync;
        }
    }
}
