using GenreCloud.Storage;
using GenreCloud.Training.Checkpoints;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Logs;

namespace GenreCloud.Training;

/// <summary>The training service: dataset version in, registered model version out.</summary>
public static class TrainingService
{
    /// <summary>The API and the worker that starts a process for each run.</summary>
    public static TBuilder AddTraining<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTrainingApi();
        builder.AddRunWork();
        builder.AddStorageWorker<RunWorker>();
        return builder;
    }

    /// <summary>
    /// The API, which puts runs on the queue, where the workers of other processes find them; and the worker of evaluations, which need no process of
    /// their own.
    /// </summary>
    public static TBuilder AddTrainingApi<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddRunStorage();
        builder.AddRunQueue();
        builder.AddGenreCloudRegistry();
        builder.Services.TryAddSingleton<RunStarts>();
        builder.Services.TryAddSingleton<RunIntake>();
        builder.Services.TryAddSingleton<SweepStore>();
        builder.Services.TryAddSingleton<SweepIntake>();
        builder.Services.TryAddSingleton<SweepEvaluations>();
        builder.Services.TryAddSingleton<ChildProcess>();
        builder.Services.TryAddSingleton<CheckpointProcess>();
        KeepFromExport(builder, CheckpointProcess.OutputCategory);
        builder.AddModelEvaluations();
        return builder;
    }

    public static IEndpointRouteBuilder MapTraining(this IEndpointRouteBuilder app) =>
        app.MapArchitectures().MapRuns().MapSweeps().MapModelEvaluations().MapCheckpoints();

    /// <summary>What takes runs from the queue needs.</summary>
    internal static void AddRunWork(this IHostApplicationBuilder builder)
    {
        builder.AddRunStorage();
        builder.AddRunQueue();

        // A run's process registers its model there; it is not the one that waits until the storage answers.
        builder.AddGenreCloudStorage(StorageNames.Containers.Registry);
        builder.Services.TryAddSingleton<ChildProcess>();
        builder.Services.AddSingleton<RunProcess>();
        builder.Services.AddSingleton<RunWorker>();
        builder.Services.AddHostedService<TorchCheck>();
        KeepFromExport(builder, RunProcess.OutputCategory);
    }

    /// <summary>What the run's own process needs.</summary>
    internal static void AddRunExecution(this IHostApplicationBuilder builder)
    {
        builder.AddRunStorage();
        builder.AddGenreCloudRegistry();
        builder.Services.AddSingleton<RunRegistration>();
        builder.Services.AddSingleton<RunExecutor>();
        builder.Services.AddSingleton<BatchSizeTrial>();
    }

    /// <summary>What the process of a checkpoint needs.</summary>
    internal static void AddCheckpointRegistration(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<TrainingServiceOptions>("Training");
        builder.AddDatasetStore();
        builder.AddGenreCloudRegistry();
        builder.Services.AddSingleton<CheckpointRegistration>();
    }

    /// <summary>What a child process logs it exports itself; here it only goes to the console.</summary>
    private static void KeepFromExport(IHostApplicationBuilder builder, string category) =>
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(category, LogLevel.None);

    private static void AddModelEvaluations(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Evaluations);
        builder.AddGenreCloudRegistry();
        builder.AddWorkQueue<ModelEvaluationMessage>(
            StorageNames.Queues.Evaluations,
            (services, message, reason, cancellationToken) =>
                services.GetRequiredService<ModelEvaluationStore>().GiveUpAsync(message.EvaluationId, reason, cancellationToken));
        builder.Services.TryAddSingleton<ModelEvaluationStore>();
        builder.Services.TryAddSingleton<ModelEvaluationIntake>();
        builder.Services.TryAddSingleton<ModelEvaluator>();
        builder.AddStorageWorker<ModelEvaluationWorker>();
    }

    private static void AddRunStorage(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Runs);
        builder.AddSettings<TrainingServiceOptions>("Training");
        builder.AddDatasetStore();
        builder.Services.TryAddSingleton<RunStore>();
    }

    private static void AddRunQueue(this IHostApplicationBuilder builder) => builder.AddWorkQueue<RunMessage>(
        StorageNames.Queues.Training,
        (services, message, reason, cancellationToken) =>
            services.GetRequiredService<RunStore>().FailAsync(message.RunId, "The run was given up", reason, cancellationToken));
}
