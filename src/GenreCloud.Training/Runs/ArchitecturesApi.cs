using GenreCloud.Modeling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Training.Runs;

/// <summary>The catalogue of networks.</summary>
internal static class ArchitecturesApi
{
    public static IEndpointRouteBuilder MapArchitectures(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/architectures", List).WithTags("Runs").WithName("ListArchitectures").WithSummary("The networks that can be trained");
        return app;
    }

    private static Ok<ArchitectureSummary[]> List() => TypedResults.Ok(Architecture.All
        .Select(architecture => new ArchitectureSummary(architecture.Name, architecture.Description, architecture.TabularColumns, architecture.Family))
        .ToArray());
}

/// <summary>A network that can be trained.</summary>
/// <param name="Name">What a run asks for.</param>
/// <param name="Description">One sentence for people who choose.</param>
/// <param name="TabularColumns">Tabular columns that it takes beside the spectrogram; 0 for none.</param>
/// <param name="Family">Networks of one family can start from each other's weights.</param>
internal sealed record ArchitectureSummary(string Name, string Description, int TabularColumns, string Family);
