using GenreCloud.Inference.Classify;
using GenreCloud.Inference.Models;
using GenreCloud.Inference.Serving;

namespace GenreCloud.Inference;

/// <summary>The inference service: answers songs and spectrograms with genres, by the models of the registry.</summary>
public static class InferenceService
{
    public static TBuilder AddInference<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSettings<InferenceOptions>("Inference");
        builder.AddGenreCloudRegistry();
        builder.Services.AddSingleton<ModelServer>();
        builder.AddStorageWorker<ProductionModels>();
        builder.Services.AddSingleton<ModelSelection>();
        builder.Services.AddSingleton<MusicReader>();
        builder.Services.AddSingleton<Classifier>();
        builder.Services.AddSingleton<BatchClassifier>();
        builder.Services.AddHealthChecks().AddCheck<ProductionModels>("models");
        return builder;
    }

    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder app)
    {
        app.MapClassify();
        app.MapBatch();
        app.MapModels();
        return app;
    }
}
