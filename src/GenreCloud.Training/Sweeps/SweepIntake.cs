using GenreCloud.ServiceDefaults;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Checks what a sweep is asked for, and takes it in: its runs queued, and itself stored.</summary>
internal sealed partial class SweepIntake(RunIntake intake, SweepStore sweeps, RunStore runs, TimeProvider time, ILogger<SweepIntake> logger)
{
    /// <summary>Queues the runs and stores the sweep; where that fails half-way, the runs are cancelled, for nobody would know them.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Looked at between the runs: none is stored by half.</param>
    /// <exception cref="ProblemException">It cannot be done, or the dataset version is being deleted.</exception>
    /// <exception cref="Exception">What the storage answered.</exception>
    public async Task<Sweep> AcceptAsync(SweepRequest request, CancellationToken cancellationToken)
    {
        // All of them are checked before the first is queued.
        var planned = SweepPlan.Of(request);
        var checkedRuns = new Queue<RunSettings>(await intake.SettingsAsync([.. planned.SelectMany(candidate => candidate.Runs)], cancellationToken));

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("n");
        var candidates = new List<SweepCandidate>();
        var accepted = new List<string>();
        try
        {
            foreach (var (parameters, runsOfCandidate) in planned)
            {
                for (var run = 0; run < runsOfCandidate.Count; run++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    accepted.Add((await intake.AcceptAsync(checkedRuns.Dequeue(), id, CancellationToken.None)).Id);
                }

                candidates.Add(new SweepCandidate(parameters, accepted[^runsOfCandidate.Count..]));
            }

            var sweep = new Sweep { Id = id, Request = request, Candidates = candidates, CreatedAt = now };
            cancellationToken.ThrowIfCancellationRequested();
            await sweeps.CreateAsync(sweep, CancellationToken.None);
            return sweep;
        }
        catch
        {
            foreach (var run in accepted)
            {
                await TryCancelAsync(run);
            }

            throw;
        }
    }

    private async Task TryCancelAsync(string run)
    {
        try
        {
            await runs.CancelAsync(run, CancellationToken.None);
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            LogNotCancelled(exception, run);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of a sweep that was not stored could not be cancelled")]
    private partial void LogNotCancelled(Exception exception, string runId);
}
