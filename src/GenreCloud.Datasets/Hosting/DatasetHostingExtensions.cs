using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

public static class DatasetHostingExtensions
{
    /// <summary>Adds the <see cref="DatasetStore"/> and the storage it lies in. May be called more than once.</summary>
    public static IHostApplicationBuilder AddDatasetStore(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Datasets);
        builder.Services.TryAddSingleton(services => new DatasetStore(
            services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(StorageNames.Containers.Datasets),
            services.GetRequiredService<TimeProvider>()));
        return builder;
    }
}
