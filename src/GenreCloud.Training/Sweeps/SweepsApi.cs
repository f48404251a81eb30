using GenreCloud.ServiceDefaults;
using GenreCloud.Training.Runs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Training.Sweeps;

/// <summary>Compare settings by many runs: a grid, a random search, cross-validation.</summary>
internal static class SweepsApi
{
    public static IEndpointRouteBuilder MapSweeps(this IEndpointRouteBuilder app)
    {
        var sweeps = app.MapGroup("/api/sweeps").WithTags("Sweeps");
        sweeps.MapPost("/", StartAsync)
            .WithName("StartSweep")
            .WithSummary("Put the runs of a grid, a random search or a cross-validation on the training queue")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        sweeps.MapGet("/", ListAsync).WithName("ListSweeps").WithSummary("List the sweeps, the newest first");
        sweeps.MapGet("/{id}", GetAsync)
            .WithName("GetSweep").WithSummary("A sweep as it stands, the best candidate marked").ProducesProblem(StatusCodes.Status404NotFound);
        sweeps.MapGet("/{id}/comparison", CompareAsync)
            .WithName("CompareCandidates")
            .WithSummary("Two candidates of a sweep on the same spectrograms: the difference, and where it is likely to lie")
            .WithDescription("first and second are places of candidates in the sweep, from 0; the two best unless given.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        sweeps.MapDelete("/{id}", CancelAsync)
            .WithName("CancelSweep").WithSummary("Cancel the runs of a sweep that have not ended").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Accepted<SweepReport>> StartAsync(
        SweepRequest request, SweepIntake intake, RunStore runs, SweepEvaluations evaluations, CancellationToken cancellationToken)
    {
        var sweep = await intake.AcceptAsync(request, cancellationToken);
        return TypedResults.Accepted($"/api/sweeps/{sweep.Id}", await ReportAsync(sweep, runs, evaluations, cancellationToken));
    }

    private static async Task<Ok<IReadOnlyList<Sweep>>> ListAsync(SweepStore sweeps, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sweeps.ListAsync(cancellationToken));

    private static async Task<Ok<SweepReport>> GetAsync(
        string id, SweepStore sweeps, RunStore runs, SweepEvaluations evaluations, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ReportAsync(await FindAsync(id, sweeps, cancellationToken), runs, evaluations, cancellationToken));

    private static async Task<Ok<SweepComparison>> CompareAsync(
        string id, int? first, int? second, SweepStore sweeps, RunStore runs, SweepEvaluations evaluations, CancellationToken cancellationToken)
    {
        var sweep = await FindAsync(id, sweeps, cancellationToken);
        var candidates = await ReadRunsAsync(sweep, runs, cancellationToken);
        if (candidates.Count < 2)
        {
            throw Invalid("There is nothing to compare", $"Sweep {id} has one candidate only.");
        }

        // Only the order is wanted here, which does not depend on the evaluations of all folds.
        int[] best = [.. SweepStandings.Of(sweep, candidates, new PooledEvaluation?[candidates.Count]).Standings.Select(standing => standing.Candidate)];
        var one = first ?? best.First(candidate => candidate != second);
        var other = second ?? best.First(candidate => candidate != one);
        foreach (var (name, index) in ((string, int)[])[(nameof(first), one), (nameof(second), other)])
        {
            if (index < 0 || index >= candidates.Count)
            {
                throw Invalid($"{name} is out of range", $"{name} is {index}; the candidates of sweep {id} are 0 to {candidates.Count - 1}.");
            }
        }

        return TypedResults.Ok(await evaluations.CompareAsync(sweep, (one, candidates[one]), (other, candidates[other]), cancellationToken));
    }

    private static async Task<Ok<SweepReport>> CancelAsync(
        string id, SweepStore sweeps, RunStore runs, SweepEvaluations evaluations, CancellationToken cancellationToken)
    {
        var sweep = await FindAsync(id, sweeps, cancellationToken);
        foreach (var run in sweep.Candidates.SelectMany(candidate => candidate.Runs))
        {
            await runs.CancelAsync(run, cancellationToken);
        }

        return TypedResults.Ok(await ReportAsync(sweep, runs, evaluations, cancellationToken));
    }

    private static async Task<Sweep> FindAsync(string id, SweepStore sweeps, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(id, "n", out _) ? await sweeps.FindAsync(id, cancellationToken) : null)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown sweep", $"There is no sweep {id}. GET /api/sweeps lists them.");

    private static async Task<SweepReport> ReportAsync(
        Sweep sweep, RunStore runs, SweepEvaluations evaluations, CancellationToken cancellationToken)
    {
        var candidates = await ReadRunsAsync(sweep, runs, cancellationToken);
        var ofCandidates = new List<PooledEvaluation?>();
        foreach (var (index, ofCandidate) in candidates.Index())
        {
            ofCandidates.Add(await evaluations.FindAsync(sweep, index, ofCandidate, cancellationToken));
        }

        return SweepStandings.Of(sweep, candidates, ofCandidates);
    }

    /// <returns>The runs of each candidate, as they are stored now.</returns>
    private static async Task<IReadOnlyList<IReadOnlyList<Run>>> ReadRunsAsync(Sweep sweep, RunStore runs, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(sweep.Candidates.Select(candidate => Task.WhenAll(candidate.Runs.Select(run => runs.FindAsync(run, cancellationToken)))));
        return [.. found.Select(candidate => candidate.OfType<Run>().ToArray())];
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
