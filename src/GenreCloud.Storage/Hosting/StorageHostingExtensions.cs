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
    /// <c>ConnectionStrings:queues</c>, and creates containers and queues before other services start. A missing or malformed
    /// connection stops the host at start with the name of the key. May be called more than once.
    /// </summary>
    public static IHostApplicationBuilder AddGenreCloudStorage(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
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
        return builder;
    }
}
