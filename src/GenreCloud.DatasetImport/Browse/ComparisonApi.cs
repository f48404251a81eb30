using System.ComponentModel;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Compare two versions of a dataset.</summary>
internal static class ComparisonApi
{
    /// <summary>A screenful or two.</summary>
    private const int DefaultLimit = 100;

    public static RouteGroupBuilder MapComparison(this RouteGroupBuilder datasets)
    {
        datasets.MapGet("/{name}/compare", CompareAsync)
            .WithName("CompareDatasetVersions")
            .WithSummary("What differs between two versions: samples added, removed, relabelled, and with another picture")
            .WithDescription("All differences are counted, by label and by pair of labels; those that change and label leave are listed by id, page by page.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return datasets;
    }

    private static async Task<Ok<DatasetComparison>> CompareAsync(
        string name,
        SampleTables tables,
        [Description("The version to compare with.")] int? from,
        [Description("The version to describe by its differences.")] int? to,
        [Description("List only samples that are added, removed, relabelled or replaced.")] string? change,
        [Description("List only samples that had or have this label.")] string? label,
        [Description("List at most so many, 1 to 10000; 100 unless given.")] int? limit,
        [Description("List after so many; 0 unless given.")] int? offset,
        CancellationToken cancellationToken)
    {
        var page = Page.Of(limit ?? DefaultLimit, offset);
        var kind = change is null ? (SampleChangeKind?)null
            : Enum.TryParse<SampleChangeKind>(change, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && char.IsLetter(change[0]) ? parsed
            : throw Invalid("Unknown kind of change", $"change is \"{change}\"; it is one of added, removed, relabelled, replaced.");
        if (from is null || to is null)
        {
            throw Invalid("Two versions are needed", $"Name them: GET /api/datasets/{name}/compare?from=1&to=2.");
        }

        // Both are read before either is compared, so that the one does not push the other out of memory and have it read twice.
        var opened = await Task.WhenAll(tables.OpenAsync(name, from.Value, cancellationToken), tables.OpenAsync(name, to.Value, cancellationToken));
        var changes = new SampleChanges(
            opened[0] ?? throw UnknownDataset.Problem($"dataset {name} version {from}"), opened[1] ?? throw UnknownDataset.Problem($"dataset {name} version {to}"));
        return TypedResults.Ok(changes.ToComparison(kind, label, page));
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
