using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Deletion;
using GenreCloud.DatasetImport.Garbage;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.DatasetImport.Uploads;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GenreCloud.DatasetImport;

/// <summary>The import service: zips of spectrograms in, immutable dataset versions out.</summary>
public static class DatasetImportService
{
    public static TBuilder AddDatasetImport<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Sources, StorageNames.Containers.Imports);
        builder.AddBrowsing();
        builder.AddRetention();
        builder.AddDatasetStore();
        builder.AddSettings<DatasetImportOptions>("DatasetImport");
        builder.AddSourceClient();
        builder.Services.TryAddSingleton<SourceTuning>();
        builder.Services.AddSingleton<SourceOpener>();
        builder.Services.AddSingleton<SourceHttp>();
        builder.Services.AddSingleton<WebSource>();
        builder.Services.AddSingleton<RangeStaging>();
        builder.Services.AddSingleton<StoredBlob>();
        builder.Services.AddSingleton<UploadStore>();
        builder.Services.AddSingleton<UploadIntake>();
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
        app.MapUploads();
        app.MapDatasets();
        app.MapDeletions();
        app.MapGarbage();
        return app;
    }

    private static void AddBrowsing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DatasetCatalogue>();
        builder.Services.AddSingleton<SampleTables>();
        builder.Services.AddSingleton<QuarantinedFiles>();
    }

    /// <summary>Deletion and garbage collection, which look at the jobs of all services.</summary>
    private static void AddRetention(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Runs, StorageNames.Containers.Evaluations);
        builder.Services.AddSingleton(services => new DatasetDeletions(
            services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(StorageNames.Containers.Datasets),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<RunDocuments>();
        builder.Services.AddSingleton<EvaluationDocuments>();
        builder.Services.AddSingleton<DatasetUsers>();
        builder.Services.AddSingleton<DatasetRemoval>();
        builder.Services.AddSingleton<GarbageSurvey>();
        builder.Services.AddSingleton<GarbageCollector>();
        builder.AddStorageWorker<GarbageWorker>();
    }
}
