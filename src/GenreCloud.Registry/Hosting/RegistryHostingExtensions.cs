using GenreCloud.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

public static class RegistryHostingExtensions
{
    /// <summary>Adds the <see cref="ModelRegistry"/> and the storage it lies in. May be called more than once.</summary>
    public static IHostApplicationBuilder AddGenreCloudRegistry(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage();
        builder.Services.TryAddSingleton<ModelRegistry>();
        return builder;
    }
}
