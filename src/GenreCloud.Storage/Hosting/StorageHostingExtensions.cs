using GenreCloud.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

public static class StorageHostingExtensions
{
    /// <summary>
    /// Adds the account's <c>BlobServiceClient</c> and <c>QueueServiceClient</c> from <c>ConnectionStrings:blobs</c> and
    /// <c>ConnectionStrings:queues</c>, the creation of what is needed there before other services start
    /// (<see cref="StorageProvisioning"/>), and the health check <c>storage</c>. A missing or malformed connection stops the host
    /// at start with the name of the key. May be called more than once.
    /// </summary>
    /// <param name="builder">Gets the services.</param>
    /// <param name="containers">Of <see cref="StorageNames.Containers"/>: those that the caller works with.</param>
    public static IHostApplicationBuilder AddGenreCloudStorage(this IHostApplicationBuilder builder, params string[] containers)
    {
        var services = builder.Services;
        services.Configure<StorageNeeds>(needs => needs.Containers.UnionWith(containers));
        if (services.Any(service => service.ServiceType == typeof(StorageProvisioning)))
        {
            return builder;
        }

        // Read when the host starts and not here, so that settings added after this call count.
        services.AddOptions<StorageOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.Blobs = configuration.GetConnectionString("blobs");
                options.Queues = configuration.GetConnectionString("queues");
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton(provider => StorageClients.CreateBlobs(provider.GetRequiredService<IOptions<StorageOptions>>().Value.Blobs!));
        services.AddSingleton(provider => StorageClients.CreateQueues(provider.GetRequiredService<IOptions<StorageOptions>>().Value.Queues!));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StorageProvisioning>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageProvisioning>());
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        return builder;
    }

    /// <summary>Adds a background service that begins once the storage has what is needed, however long that takes.</summary>
    public static IHostApplicationBuilder AddStorageWorker<TService>(this IHostApplicationBuilder builder)
        where TService : BackgroundService
    {
        builder.Services.TryAddSingleton<TService>();
        builder.Services.AddHostedService<StorageWorker<TService>>();
        return builder;
    }
}
