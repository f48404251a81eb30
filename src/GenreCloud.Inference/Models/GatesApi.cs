using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.Models;

/// <summary>What a version has to be better in before an alias is moved to it.</summary>
internal static class GatesApi
{
    public static RouteGroupBuilder MapGates(this RouteGroupBuilder models)
    {
        models.MapGet("/{name}/gates", GetAsync).AllowClassify()
            .WithName("GetModelGates").WithSummary("The gates of a model's aliases").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPut("/{name}/gates/{alias}", SetAsync)
            .WithName("SetModelGate")
            .WithRequestExample(new PromotionGate { Metric = GateMetric.MacroF1, MinimumGain = 0.01, Dataset = "genres" })
            .WithSummary("Let an alias be moved only to a version that beats the one that it stands for, on the same dataset version; the history says so")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        models.MapDelete("/{name}/gates/{alias}", RemoveAsync)
            .WithName("RemoveModelGate")
            .WithSummary("Let an alias be moved to any version; the history says so")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return models;
    }

    private static async Task<Results<Ok<IReadOnlyDictionary<string, PromotionGate>>, StatusCodeHttpResult>> GetAsync(
        ModelRegistry registry, string name, HttpContext http, CancellationToken cancellationToken)
    {
        await registry.GetModelAsync(name, cancellationToken);
        var gates = await registry.GetGatesAsync(name, cancellationToken);
        return AliasPreconditions.IsKnown(http, gates.ETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(gates.Gates);
    }

    private static Task<Ok<IReadOnlyDictionary<string, PromotionGate>>> SetAsync(
        ModelRegistry registry, string name, string alias, PromotionGate gate, HttpContext http, CancellationToken cancellationToken)
    {
        if (!double.IsFinite(gate.MinimumGain) || gate.MinimumGain < 0)
        {
            throw Invalid("minimumGain is out of range", FormattableString.Invariant($"minimumGain is {gate.MinimumGain}; give 0 or more."));
        }

        if (gate.Dataset is { } dataset && !DatasetName.IsValid(dataset))
        {
            throw Invalid("dataset is no name of a dataset", $"\"{dataset}\": {DatasetName.Rule}");
        }

        return gate is { DatasetVersion: not null, Dataset: null }
            ? throw Invalid("dataset is missing", "A datasetVersion alone names no dataset: give dataset, too.")
            : ChangeAsync(registry, name, alias, gate, http, cancellationToken);
    }

    private static Task<Ok<IReadOnlyDictionary<string, PromotionGate>>> RemoveAsync(
        ModelRegistry registry, string name, string alias, HttpContext http, CancellationToken cancellationToken) =>
        ChangeAsync(registry, name, alias, gate: null, http, cancellationToken);

    private static async Task<Ok<IReadOnlyDictionary<string, PromotionGate>>> ChangeAsync(
        ModelRegistry registry, string name, string alias, PromotionGate? gate, HttpContext http, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(alias))
        {
            throw Invalid("The alias cannot be used", $"\"{alias}\": {ModelName.Rule}");
        }

        try
        {
            var gates = await registry.SetGateAsync(name, alias, gate, AliasPreconditions.ExpectedOf(http.Request), Caller.NameOf(http), cancellationToken);
            AliasPreconditions.Write(http.Response, gates.ETag);
            return TypedResults.Ok(gates.Gates);
        }
        catch (BlobChangedException exception)
        {
            var present = await registry.GetGatesAsync(name, cancellationToken);
            throw new ProblemException(
                StatusCodes.Status412PreconditionFailed,
                "The gates are not what the request expects",
                $"A gate of {name} was changed since the ETag of If-Match was read. Look at GET /api/models/{name}/gates and decide again.",
                exception)
            {
                Extensions = new Dictionary<string, object?> { ["gates"] = present.Gates, ["etag"] = present.ETag?.ToString("H") },
            };
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
