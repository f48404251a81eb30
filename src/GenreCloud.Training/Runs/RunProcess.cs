using System.Diagnostics;
using System.Reflection;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The child process that executes one run: this executable again, with <c>run --id ID</c>. It ends when its standard input
/// does, so it never outlives the service, however that ends.
/// </summary>
internal sealed partial class RunProcess(IConfiguration configuration, ILoggerFactory logging)
{
    private const int KeptErrorLines = 60;

    /// <summary>The log category of what a run's process writes to its standard output, which is what it logs.</summary>
    public const string OutputCategory = "GenreCloud.Training.Runs.RunOutput";

    private readonly ILogger _output = logging.CreateLogger(OutputCategory);
    private readonly ILogger _logger = logging.CreateLogger<RunProcess>();

    /// <summary>
    /// Executes a run, and returns how its process ended; cancelling ends the process. The run goes on with the trace of the
    /// caller.
    /// </summary>
    public Task<RunExit> ExecuteAsync(string runId, CancellationToken cancellationToken) => StartAsync(runId, [], cancellationToken);

    /// <summary>Tries with which batches the run would have memory enough; <see cref="BatchSizeTrial.AdvisedBy"/> reads the errors.</summary>
    public Task<RunExit> TryBatchSizesAsync(string runId, CancellationToken cancellationToken) =>
        StartAsync(runId, [RunCommand.TryBatchSizesOption], cancellationToken);

    private async Task<RunExit> StartAsync(string runId, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var errors = new Queue<string>();
        using var process = new Process { StartInfo = StartInfo(runId, arguments) };
        process.OutputDataReceived += (_, line) => Log(_output, runId, line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            Log(_logger, runId, line.Data);
            lock (errors)
            {
                if (!string.IsNullOrWhiteSpace(line.Data))
                {
                    errors.Enqueue(line.Data);
                }

                if (errors.Count > KeptErrorLines)
                {
                    errors.Dequeue();
                }
            }
        };

        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        LogStarted(_logger, process.Id, runId);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // At once: its next owner goes on from the state that was saved last.
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        lock (errors)
        {
            return new RunExit(process.ExitCode, string.Join('\n', errors));
        }
    }

    private ProcessStartInfo StartInfo(string runId, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Started as "dotnet X.dll": the child is the same dll under the same host.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        start.ArgumentList.Add(RunCommand.Name);
        start.ArgumentList.Add(RunCommand.IdOption);
        start.ArgumentList.Add(runId);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in CpuTraining.Environment)
        {
            start.Environment[name] = value;
        }

        // Settings that did not come from the environment (a file, the command line, Standalone's Azurite) travel by it.
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is not null && IsOfRun(key))
            {
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            }
        }

        RunTrace.Write(Activity.Current, start.Environment);
        return start;
    }

    private static bool IsOfRun(string key) =>
        key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("Training:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("OTEL_", StringComparison.Ordinal)
        || key.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal)
        || key.StartsWith("AZURE_", StringComparison.Ordinal);

    private static void Log(ILogger logger, string runId, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            LogOutput(logger, runId, line);
        }
    }

    [LoggerMessage(LogLevel.Information, "Process {ProcessId} does run {RunId}")]
    private static partial void LogStarted(ILogger logger, int processId, string runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId}: {Line}")]
    private static partial void LogOutput(ILogger logger, string runId, string line);
}
