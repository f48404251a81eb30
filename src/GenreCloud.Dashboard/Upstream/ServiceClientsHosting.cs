using GenreCloud.Client;
using Microsoft.AspNetCore.Components.Authorization;

namespace GenreCloud.Dashboard.Upstream;

/// <summary>The typed clients that pages inject.</summary>
internal static class ServiceClientsHosting
{
    /// <summary>A page that follows something tells soon that the service is away, and goes on by itself.</summary>
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(2);

    public static void AddServiceClients(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceAddresses>();
        var calls = builder.Services.AddHttpClient(ServiceCalls.ClientName);
#pragma warning disable EXTEXP0001 // Of the package, it may still change. Without retries a page says at once that a service is down.
        calls.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        calls.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirect is the browser's to follow, and compressed files stay so.
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
                UseCookies = false,
                UseProxy = false,
            });

        builder.Services.AddScoped(services => new DatasetImportClient(ClientOf(services, Service.DatasetImport), services.GetRequiredService<TimeProvider>()) { EventPatience = EventPatience });
        builder.Services.AddScoped(services => new TrainingClient(ClientOf(services, Service.Training), services.GetRequiredService<TimeProvider>()) { EventPatience = EventPatience });
        builder.Services.AddScoped(services => new InferenceClient(ClientOf(services, Service.Inference)));
    }

    // As long lived as the page's scope; without a time limit of its own, for event streams.
    private static HttpClient ClientOf(IServiceProvider services, Service service) => new(
        new ServiceCalls(
            service,
            services.GetRequiredService<IHttpMessageHandlerFactory>(),
            services.GetRequiredService<AuthenticationStateProvider>(),
            services.GetRequiredService<TimeProvider>()))
    {
        BaseAddress = services.GetRequiredService<ServiceAddresses>().Of(service),
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
