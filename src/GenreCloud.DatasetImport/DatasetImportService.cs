using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport;

/// <summary>The import service: zips of spectrograms in, immutable dataset versions out.</summary>
public static class DatasetImportService
{
    public static TBuilder AddDatasetImport<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddGenreCloudStorage();
        builder.AddDatasetStore();
        builder.Services.AddOptions<DatasetImportOptions>().BindConfiguration("DatasetImport").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => new SourceOpener(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan },
            services.GetRequiredService<IOptions<DatasetImportOptions>>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<SourceStaging>();
        builder.Services.AddSingleton<ImportStore>();
        builder.Services.AddSingleton<ImportIntake>();
        builder.Services.AddSingleton<ImportPipeline>();
        builder.AddWorkQueue<ImportMessage>(
            StorageNames.Queues.Imports,
            (services, message, reason, cancellationToken) =>
                services.GetRequiredService<ImportStore>().FailAsync(message.ImportId, "The import was given up", reason, cancellationToken));
        builder.Services.AddHostedService<ImportWorker>();
        return builder;
    }

    public static IEndpointRouteBuilder MapDatasetImport(this IEndpointRouteBuilder app)
    {
        app.MapImports();
        app.MapDatasets();
        return app;
    }
}
