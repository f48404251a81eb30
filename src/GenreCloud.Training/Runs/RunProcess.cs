namespace GenreCloud.Training.Runs;

/// <summary>The child process that executes one run: <c>run --id ID</c>.</summary>
internal sealed partial class RunProcess(ChildProcess child, ILoggerFactory logging)
{
    /// <summary>The log category of what a run's process writes to its standard output, which is what it logs.</summary>
    public const string OutputCategory = "GenreCloud.Training.Runs.RunOutput";

    private readonly ILogger _output = logging.CreateLogger(OutputCategory);
    private readonly ILogger _logger = logging.CreateLogger<RunProcess>();

    /// <summary>
    /// Executes a run, and returns how its process ended; cancelling ends the process, and the run's next owner goes on from the state that
    /// was saved last.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancelled">Tells the process that the run was cancelled: it makes no other step.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    public Task<RunExit> ExecuteAsync(string runId, CancellationToken cancelled, CancellationToken cancellationToken) =>
        StartAsync(runId, [], cancelled, cancellationToken);

    /// <summary>Tries with which batches the run would have memory enough; <see cref="BatchSizeTrial.AdvisedBy"/> reads the errors.</summary>
    public Task<RunExit> TryBatchSizesAsync(string runId, CancellationToken cancellationToken) =>
        StartAsync(runId, [RunCommand.TryBatchSizesOption], unwanted: default, cancellationToken);

    private async Task<RunExit> StartAsync(string runId, IEnumerable<string> arguments, CancellationToken unwanted, CancellationToken cancellationToken)
    {
        var (exitCode, errors) = await child.ExecuteAsync(
            [RunCommand.Name, RunCommand.IdOption, runId, .. arguments],
            started: processId => LogStarted(_logger, processId, runId),
            output: line => LogOutput(_output, runId, line),
            error: line => LogOutput(_logger, runId, line),
            unwanted,
            cancellationToken);
        return new RunExit(exitCode, errors);
    }

    [LoggerMessage(LogLevel.Information, "Process {ProcessId} does run {RunId}")]
    private static partial void LogStarted(ILogger logger, int processId, string runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId}: {Line}")]
    private static partial void LogOutput(ILogger logger, string runId, string line);
}
