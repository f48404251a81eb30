using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Look at what the next garbage collection deletes.</summary>
internal static class GarbageApi
{
    public static IEndpointRouteBuilder MapGarbage(this IEndpointRouteBuilder app)
    {
        // Not below /api/datasets: a dataset may have the name garbage.
        app.MapGet("/api/garbage", ListAsync)
            .WithTags("Datasets")
            .WithName("ListGarbage")
            .WithSummary("What the garbage collection would delete now")
            .WithDescription(
                "Deleted versions whose grace period is over, what imports that failed long ago have left, staged sources that no import needs any more, "
                + "shards that no manifest names. "
                + "Nothing is changed by asking.");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<GarbageItem>>> ListAsync(GarbageSurvey survey, CancellationToken cancellationToken) =>
        TypedResults.Ok(await survey.FindAsync(cancellationToken));
}
