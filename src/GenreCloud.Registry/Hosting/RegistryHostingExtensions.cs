using GenreCloud.Registry;
using GenreCloud.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

public static class RegistryHostingExtensions
{
    /// <summary>Adds the <see cref="ModelRegistry"/> and the storage it lies in. May be called more than once.</summary>
    public static IHostApplicationBuilder AddGenreCloudRegistry(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Registry);
        builder.Services.TryAddSingleton<ModelRegistry>();
        builder.Services.TryAddSingleton<TrafficRules>();
        return builder;
    }
}
