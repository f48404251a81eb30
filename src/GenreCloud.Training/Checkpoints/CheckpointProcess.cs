using System.Text.Json;
using GenreCloud.ServiceDefaults;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// The child process that turns one checkpoint into a model version: <c>register-checkpoint --folder PATH</c>. One at a time: each takes as
/// much memory as libtorch does.
/// </summary>
internal sealed partial class CheckpointProcess(ChildProcess child, ILoggerFactory logging) : IDisposable
{
    /// <summary>The log category of what the process writes to its standard output, which is what it logs.</summary>
    public const string OutputCategory = "GenreCloud.Training.Checkpoints.CheckpointOutput";

    private const int Killed = 128 + 9;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ILogger _output = logging.CreateLogger(OutputCategory);
    private readonly ILogger _logger = logging.CreateLogger<CheckpointProcess>();

    /// <summary>Registers the checkpoint in the folder, by the request there; cancelling ends the process.</summary>
    /// <returns>The version.</returns>
    /// <exception cref="ProblemException">It was not registered.</exception>
    public async Task<int> RegisterAsync(CheckpointFolder folder, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var (exitCode, errors) = await child.ExecuteAsync(
                [CheckpointCommand.Name, CheckpointCommand.FolderOption, folder.Path],
                started: processId => LogStarted(_logger, processId),
                output: line => LogOutput(_output, line),
                error: line => LogOutput(_logger, line),
                unwanted: default,
                cancellationToken);
            var outcome = await FindOutcomeAsync(folder, cancellationToken) ?? throw Ended(exitCode, errors);
            return outcome.Version ?? throw new ProblemException(outcome.Status, outcome.Title!, outcome.Detail!);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<CheckpointOutcome?> FindOutcomeAsync(CheckpointFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return await folder.FindOutcomeAsync(cancellationToken);
        }
        catch (JsonException)
        {
            // It was ended while it wrote.
            return null;
        }
    }

    private static ProblemException Ended(int exitCode, string errors) => exitCode switch
    {
        RunExit.StorageFailed => new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "The storage does not answer as it should",
            $"{errors[(errors.LastIndexOf('\n') + 1)..]} Send the checkpoint again; if it stays, check the storage account (or Azurite and its disk)."),
        Killed => new ProblemException(
            StatusCodes.Status500InternalServerError,
            "The process that registers the checkpoint was killed",
            "Signal 9 ended it, which the system sends when memory runs out. Free memory, then send the checkpoint again."),
        _ => new ProblemException(
            StatusCodes.Status500InternalServerError,
            "The process that registers the checkpoint has ended before it was done",
            $"Its exit code is {exitCode}. {errors}"),
    };

    [LoggerMessage(LogLevel.Information, "Process {ProcessId} registers a checkpoint")]
    private static partial void LogStarted(ILogger logger, int processId);

    [LoggerMessage(LogLevel.Information, "Checkpoint: {Line}")]
    private static partial void LogOutput(ILogger logger, string line);
}
