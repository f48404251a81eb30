using System.Text.Json;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace GenreCloud.Inference.Monitoring;

/// <summary>Whether a model version is still asked and answers as it did where it was measured.</summary>
internal static class MonitorApi
{
    private static readonly MonitorReport Example = new(
        "genres",
        3,
        Drift.Large,
        Advice: null,
        ReferenceSamples: 105,
        new MonitoredSpan(new DateTimeOffset(2026, 11, 27, 21, 0, 0, TimeSpan.Zero), 412, [Level(0.61, Drift.Large, [0.05, 0.09, 0.86])]),
        new MonitoredSpan(new DateTimeOffset(2026, 11, 2, 9, 14, 5, TimeSpan.Zero), 9120, [Level(0.02, Drift.None, [0.31, 0.32, 0.37])]));

    public static IEndpointRouteBuilder MapMonitor(this IEndpointRouteBuilder app)
    {
        var monitor = app.MapGroup("/api/models/{name}/versions/{version:int}/monitor").WithTags("Models")
            .WithProblem<ModelNotFoundException>(StatusCodes.Status404NotFound, "Unknown model")
            .WithProblem<UnusableModelException>(StatusCodes.Status500InternalServerError, "The model version cannot be used");
        monitor.MapGet("/", GetAsync).AllowClassify()
            .WithName("GetModelVersionMonitor")
            .WithSummary("Whether a version is asked and answers as it did where it was measured")
            .WithDescription("The population stability index of answers and inputs against the reference in the version's card, over all replicas; what others counted in the last half minute may be missing.")
            .AddOpenApiOperationTransformer((operation, _, _) => AddExample(operation))
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Ok<MonitorReport>> GetAsync(
        ModelRegistry registry, AnswerMonitor monitor, TimeProvider time, string name, int version, CancellationToken cancellationToken)
    {
        var card = await registry.GetCardAsync(name, version, cancellationToken);
        return TypedResults.Ok(monitor.Of(card) is not { } counted
            ? MonitorReport.WithoutReference(name, version)
            : MonitorReport.Of(name, version, counted.Reference, await counted.WriteAsync(cancellationToken), time.GetUtcNow()));
    }

    private static MonitoredStatistic Level(double stability, Drift drift, double[] observed) =>
        new("level", StatisticKind.Input, stability, 0.07, drift, [0.48, 0.57], [0.33, 0.33, 0.34], observed);

    private static Task AddExample(OpenApiOperation operation)
    {
        foreach (var content in operation.Responses![$"{StatusCodes.Status200OK}"].Content!.Values)
        {
            content.Example = JsonSerializer.SerializeToNode(Example, GenreCloudJson.Options);
        }

        return Task.CompletedTask;
    }
}
