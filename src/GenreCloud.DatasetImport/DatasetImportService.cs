using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport;

/// <summary>The import service: zips of spectrograms in, immutable dataset versions out.</summary>
public static class DatasetImportService
{
    public static TBuilder AddDatasetImport<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Sources, StorageNames.Containers.Imports);
        builder.AddDatasetStore();
        builder.AddSettings<DatasetImportOptions>("DatasetImport");
        builder.AddSourceClient();
        builder.Services.AddSingleton<SourceStaging>();
        builder.Services.AddSingleton<ImportStore>();
        builder.Services.AddSingleton<ImportIntake>();
        builder.Services.AddSingleton<ImportFiles>();
        builder.Services.AddSingleton<ImportArchives>();
        builder.Services.AddSingleton<ImportPlanner>();
        builder.Services.AddSingleton<PartitionImport>();
        builder.Services.AddSingleton<ImportCompletion>();
        builder.Services.AddSingleton<ImportPipeline>();
        builder.AddWorkQueue<ImportMessage>(
            StorageNames.Queues.Imports,
            (services, message, reason, cancellationToken) =>
                services.GetRequiredService<ImportStore>().FailAsync(message.ImportId, "The import was given up", reason, cancellationToken));
        builder.AddStorageWorker<ImportWorker>();
        return builder;
    }

    public static IEndpointRouteBuilder MapDatasetImport(this IEndpointRouteBuilder app)
    {
        app.MapImports();
        app.MapDatasets();
        return app;
    }
}
