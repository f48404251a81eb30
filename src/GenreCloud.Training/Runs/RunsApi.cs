using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace GenreCloud.Training.Runs;

/// <summary>Start a training run, follow it.</summary>
internal static class RunsApi
{
    public static IEndpointRouteBuilder MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs").WithTags("Runs")
            .WithProblem<DatasetException>(StatusCodes.Status500InternalServerError, "The dataset cannot be read");
        runs.MapPost("/", StartAsync)
            .WithName("StartRun")
            .WithSummary("Train a network on a dataset version and register it")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapGet("/", ListAsync).WithName("ListRuns").WithSummary("List the runs, the newest first");
        runs.MapGet("/{id}", GetAsync)
            .WithName("GetRun").WithSummary("A run: how far it is, its epochs, its result").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id}/answers", GetAnswersAsync)
            .WithName("GetRunAnswers")
            .WithSummary("What the network of a completed run answers to each validation spectrogram")
            .ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id}/steps", ListStepsAsync)
            .WithName("ListRunSteps").WithSummary("The steps that a run has made so far, in order").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id}/events", FollowAsync)
            .WithName("FollowRun")
            .WithSummary("A run's progress, steps and epochs as they come, as server-sent events")
            .WithDescription(
                "Events: progress whenever the run moved, step for each step, epoch for each finished epoch, end with the run. "
                + "Who comes back with Last-Event-ID is told the steps and epochs after it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost("/{id}/resume", ResumeAsync)
            .WithName("ResumeRun")
            .WithSummary("Let a run that was cancelled or has failed go on, from the last state that was saved of it")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapDelete("/{id}", CancelAsync)
            .WithName("CancelRun")
            .WithSummary("Cancel a run; nothing of it is registered")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Accepted<Run>> StartAsync(RunRequest request, RunIntake intake, CancellationToken cancellationToken)
    {
        var run = await intake.AcceptAsync(await intake.SettingsAsync(request, cancellationToken), sweep: null, cancellationToken);
        Activity.Current?.SetTag(TelemetryAttributes.RunId, run.Id);
        return TypedResults.Accepted($"/api/runs/{run.Id}", run);
    }

    private static async Task<Ok<IReadOnlyList<Run>>> ListAsync(RunStore runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await runs.ListAsync(cancellationToken));

    private static async Task<Ok<Run>> GetAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindAsync(id, runs, cancellationToken));

    private static async Task<Ok<RunAnswers>> GetAnswersAsync(string id, RunStore runs, CancellationToken cancellationToken)
    {
        var run = await FindAsync(id, runs, cancellationToken);
        return TypedResults.Ok(await runs.FindAnswersAsync(run, cancellationToken) ?? throw new ProblemException(
            StatusCodes.Status404NotFound, "There are no answers", $"Run {id} is {run.Status}: only a completed run has answered its validation spectrograms."));
    }

    private static async Task<Ok<IReadOnlyList<StepMetrics>>> ListStepsAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await runs.ReadStepsAsync((await FindAsync(id, runs, cancellationToken)).Id, cancellationToken));

    private static async Task<ServerSentEventsResult<object>> FollowAsync(
        string id, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, RunStore runs, TimeProvider time, CancellationToken cancellationToken)
    {
        await FindAsync(id, runs, cancellationToken);
        return TypedResults.ServerSentEvents(RunEvents.FollowAsync(runs, id, RunEventId.Parse(lastEventId), time, cancellationToken));
    }

    private static async Task<Accepted<Run>> ResumeAsync(
        string id, RunStore runs, DatasetStore datasets, WorkQueue<RunMessage> queue, CancellationToken cancellationToken)
    {
        var run = await runs.ResumeAsync((await FindAsync(id, runs, cancellationToken)).Id, datasets, queue, cancellationToken);
        return run.Status == RunStatus.Queued
            ? TypedResults.Accepted($"/api/runs/{run.Id}", run)
            : throw new ProblemException(
                StatusCodes.Status409Conflict,
                "The run cannot go on",
                run.HasEnded ? $"Run {id} is completed. Start another one." : $"Run {id} is under way already: {run.Status}.");
    }

    private static async Task<Ok<Run>> CancelAsync(string id, RunStore runs, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, runs, cancellationToken);
        var run = await runs.CancelAsync(found.Id, cancellationToken);
        return run.Status == RunStatus.Cancelled
            ? TypedResults.Ok(run)
            : throw new ProblemException(
                StatusCodes.Status409Conflict,
                "The run cannot be cancelled",
                run.HasEnded ? $"Run {id} has ended: {run.Status}." : $"Run {id} is trained, and its model version is being registered.");
    }

    private static async Task<Run> FindAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(id, "n", out _) ? await runs.FindAsync(id, cancellationToken) : null)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown run", $"There is no run {id}. GET /api/runs lists them.");
}
