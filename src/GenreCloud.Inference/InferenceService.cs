using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Classify;
using GenreCloud.Inference.Models;
using GenreCloud.Inference.Monitoring;
using GenreCloud.Inference.OpenInference;
using GenreCloud.Inference.Serving;
using GenreCloud.Inference.Traffic;
using GenreCloud.Inference.Webhooks;
using GenreCloud.Inference.Why;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Inference;

/// <summary>The inference service: answers songs and spectrograms with genres, by the models of the registry.</summary>
public static class InferenceService
{
    public static TBuilder AddInference<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSettings<InferenceOptions>("Inference").Validate(
            options => options.MaxWaitingBytes >= options.MaxRequestBytes,
            "Inference:MaxWaitingBytes (environment: Inference__MaxWaitingBytes) is less than Inference:MaxRequestBytes: the largest body that is allowed must fit.");
        builder.AddGenreCloudRegistry();

        // The gates of the aliases look at what was measured there.
        builder.AddGenreCloudStorage(StorageNames.Containers.Evaluations);
        builder.AddStorageWorker<RegistryUpkeep>();
        builder.AddWebhooks();
        builder.AddMonitor();
        builder.Services.AddSingleton<RunSlots>();
        builder.Services.AddSingleton<BodyMemory>();
        builder.Services.AddSingleton<ServingRates>();
        builder.Services.AddSingleton<ModelServer>();
        builder.AddStorageWorker<ProductionModels>();
        builder.AddStorageWorker<ShadowRuns>();
        builder.Services.AddSingleton<ModelSelection>();
        builder.Services.AddSingleton<MusicReader>();
        builder.Services.AddSingleton<Classifier>();
        builder.Services.AddSingleton<BatchClassifier>();
        builder.Services.AddSingleton<SpareCores>();
        builder.Services.AddSingleton<Explainer>();
        builder.Services.AddSingleton<OpenBatches>();

        // Before the general one, which would take every problem.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, OpenInferenceProblems>());
        builder.Services.AddHealthChecks().AddCheck<ProductionModels>("models");
        return builder;
    }

    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder app)
    {
        var clients = app.MapGroup("").AllowClassify();
        clients.MapClassify();
        clients.MapBatch();
        clients.MapWhy();
        clients.MapSpectrogram();
        clients.MapOpenInference();
        app.MapModels();
        app.MapMonitor();
        app.MapServing();
        app.MapWebhooks();
        app.MapApiKeys();
        app.MapTraffic();
        return app;
    }
}
