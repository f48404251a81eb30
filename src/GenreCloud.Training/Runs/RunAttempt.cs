using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// One process's attempt at a run. Its id stands in the run's document from its beginning on, and each of its changes asks that
/// it still does: a process that stalled for so long that the run has another owner changes nothing, and learns of it.
/// </summary>
internal sealed class RunAttempt
{
    private readonly RunStore _runs;
    private readonly TimeProvider _time;

    private RunAttempt(RunStore runs, Guid id, Run run, TimeProvider time)
    {
        _runs = runs;
        Id = id;
        _time = time;
        Run = run;
    }

    /// <summary>Of the attempt.</summary>
    public Guid Id { get; }

    /// <summary>The run as the attempt found it.</summary>
    public Run Run { get; }

    /// <summary>Takes the run over from whoever was at it. One that has ended stays as it is, and so does what is pending.</summary>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    public static async Task<RunAttempt> BeginAsync(RunStore runs, string runId, TimeProvider time, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        return new RunAttempt(runs, id, await runs.UpdateAsync(runId, run => run with { Attempt = id }, cancellationToken), time);
    }

    /// <summary>Changes the run's document.</summary>
    /// <exception cref="RunTakenOverException">The run has ended, or another attempt has begun; nothing was changed.</exception>
    public async Task UpdateAsync(Func<Run, Run> change, CancellationToken cancellationToken)
    {
        Run? changed = null;
        var stored = await _runs.UpdateAsync(Run.Id, run => changed = IfMine(change)(run), cancellationToken);
        if (!ReferenceEquals(stored, changed))
        {
            // It has ended, and was left as it is.
            throw new RunTakenOverException(Run.Id);
        }
    }

    /// <summary>Ends the run as failed.</summary>
    /// <inheritdoc cref="UpdateAsync"/>
    public Task FailAsync(RunError error, CancellationToken cancellationToken) =>
        UpdateAsync(run => run.Failed(error, _time.GetUtcNow()), cancellationToken);

    /// <summary>Whether the run, as it is stored now, has not ended and belongs to this attempt.</summary>
    public bool Owns(Run run) => !run.HasEnded && run.Attempt == Id;

    /// <summary>A change that throws <see cref="RunTakenOverException"/> where another attempt has begun.</summary>
    public Func<Run, Run> IfMine(Func<Run, Run> change) => run => run.Attempt == Id ? change(run) : throw new RunTakenOverException(run.Id);
}
