using GenreCloud.Storage;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training;

/// <summary>The training service: dataset version in, registered model version out.</summary>
public static class TrainingService
{
    /// <summary>The API and the worker that starts a process for each run.</summary>
    public static TBuilder AddTraining<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddRunStorage();
        builder.AddWorkQueue<RunMessage>(
            StorageNames.Queues.Training,
            (services, message, reason, cancellationToken) =>
                services.GetRequiredService<RunStore>().FailAsync(message.RunId, "The run was given up", reason, cancellationToken));
        builder.Services.AddSingleton<RunProcess>();
        builder.Services.AddHostedService<TorchCheck>();
        builder.Services.AddHostedService<RunWorker>();
        return builder;
    }

    public static IEndpointRouteBuilder MapTraining(this IEndpointRouteBuilder app) => app.MapRuns();

    /// <summary>What the run's own process needs.</summary>
    internal static void AddRunExecution(this IHostApplicationBuilder builder)
    {
        builder.AddRunStorage();
        builder.AddGenreCloudRegistry();
        builder.Services.AddSingleton<RunRegistration>();
        builder.Services.AddSingleton<RunExecutor>();
    }

    private static void AddRunStorage(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage();
        builder.Services.AddOptions<TrainingServiceOptions>().BindConfiguration("Training").ValidateDataAnnotations().ValidateOnStart();
        builder.AddDatasetStore();
        builder.Services.AddSingleton<RunStore>();
    }
}
