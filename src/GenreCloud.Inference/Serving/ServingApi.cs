using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Serving;

/// <summary><c>GET /api/serving</c>: what is asked of the models now.</summary>
internal static class ServingApi
{
    public static IEndpointRouteBuilder MapServing(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/serving", (ServingRates rates) => TypedResults.Ok(rates.Read())).AllowClassify()
            .WithName("GetServingRates")
            .WithSummary("How many requests each model version answers, and how fast")
            .WithDescription("In the last minute, by the replica that is asked; over all replicas and all time it is in the metrics.")
            .WithTags("Models");
        return app;
    }
}
