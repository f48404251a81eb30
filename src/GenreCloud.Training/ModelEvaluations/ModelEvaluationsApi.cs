using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>Evaluate any registered model version on any dataset version.</summary>
internal static class ModelEvaluationsApi
{
    public static IEndpointRouteBuilder MapModelEvaluations(this IEndpointRouteBuilder app)
    {
        var evaluations = app.MapGroup("/api/evaluations").WithTags("Evaluations")
            .WithProblem<ModelNotFoundException>(StatusCodes.Status404NotFound, "Unknown model")
            .WithProblem<UnusableModelException>(StatusCodes.Status409Conflict, "The model cannot be used")
            .WithProblem<DatasetException>(StatusCodes.Status500InternalServerError, "The dataset cannot be read");
        evaluations.MapPost("/", StartAsync)
            .WithName("StartEvaluation")
            .WithSummary("Evaluate a registered model version on a dataset version")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        evaluations.MapGet("/", ListAsync)
            .WithName("ListEvaluations").WithSummary("List the evaluations, the newest first; by model, version and dataset where these are given");
        evaluations.MapGet("/{id}", GetAsync)
            .WithName("GetEvaluation").WithSummary("An evaluation: how far it is, its result").ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapDelete("/{id}", CancelAsync)
            .WithName("CancelEvaluation")
            .WithSummary("Cancel an evaluation")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Accepted<ModelEvaluation>> StartAsync(
        ModelEvaluationRequest request, ModelEvaluationIntake intake, CancellationToken cancellationToken)
    {
        var evaluation = await intake.AcceptAsync(request, cancellationToken);
        Activity.Current?.SetEvaluationId(evaluation.Id);
        return TypedResults.Accepted($"/api/evaluations/{evaluation.Id}", evaluation);
    }

    private static async Task<Ok<ModelEvaluation[]>> ListAsync(
        string? model, int? version, string? dataset, ModelEvaluationStore evaluations, CancellationToken cancellationToken) =>
        TypedResults.Ok((await evaluations.ListAsync(cancellationToken))
            .Where(evaluation => (model is null || evaluation.Model == model)
                && (version is null || evaluation.ModelVersion == version)
                && (dataset is null || evaluation.Dataset == dataset))
            .ToArray());

    private static async Task<Ok<ModelEvaluation>> GetAsync(string id, ModelEvaluationStore evaluations, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindAsync(id, evaluations, cancellationToken));

    private static async Task<Ok<ModelEvaluation>> CancelAsync(
        string id, ModelEvaluationStore evaluations, TimeProvider time, CancellationToken cancellationToken)
    {
        await FindAsync(id, evaluations, cancellationToken);
        var evaluation = await evaluations.UpdateAsync(
            id, current => current with { Status = EvaluationStatus.Cancelled, EndedAt = time.GetUtcNow() }, cancellationToken);
        return evaluation.Status == EvaluationStatus.Cancelled
            ? TypedResults.Ok(evaluation)
            : throw new ProblemException(
                StatusCodes.Status409Conflict, "The evaluation cannot be cancelled", $"Evaluation {id} has ended: {evaluation.Status}.");
    }

    private static async Task<ModelEvaluation> FindAsync(string id, ModelEvaluationStore evaluations, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(id, "n", out _) ? await evaluations.FindAsync(id, cancellationToken) : null)
        ?? throw new ProblemException(
            StatusCodes.Status404NotFound, "Unknown evaluation", $"There is no evaluation {id}. GET /api/evaluations lists them.");
}
