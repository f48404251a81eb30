using System.Diagnostics;
using System.Reflection;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The child process that executes one run: this executable again, with <c>run --id ID</c>. It ends when its standard input
/// does, so it never outlives the service, however that ends.
/// </summary>
internal sealed partial class RunProcess(IConfiguration configuration, ILogger<RunProcess> logger)
{
    private const int KeptErrorLines = 60;

    /// <summary>Executes a run, and returns how its process ended; cancelling ends the process.</summary>
    public Task<RunExit> ExecuteAsync(string runId, CancellationToken cancellationToken) =>
        RunAsync($"run {runId}", ["--id", runId], cancellationToken);

    /// <summary>Tries whether runs can be executed on this machine.</summary>
    /// <exception cref="TrainingUnavailableException">They cannot; the message has the cause.</exception>
    public async Task RequireTorchAsync(CancellationToken cancellationToken)
    {
        var exit = await RunAsync("the check of libtorch", [], cancellationToken);
        if (exit.Code != 0)
        {
            throw new TrainingUnavailableException(exit.Code == RunExit.TorchNotLoaded ? exit.Errors : $"libtorch cannot be loaded. {exit.Explanation}");
        }
    }

    private async Task<RunExit> RunAsync(string what, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var errors = new Queue<string>();
        using var process = new Process { StartInfo = StartInfo(arguments) };
        process.OutputDataReceived += (_, line) => Log(what, line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            Log(what, line.Data);
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
        LogStarted(what, process.Id);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // At once: a run has nothing to save yet, its next owner starts it anew.
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        lock (errors)
        {
            return new RunExit(process.ExitCode, string.Join('\n', errors));
        }
    }

    private ProcessStartInfo StartInfo(IEnumerable<string> arguments)
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

        start.ArgumentList.Add("run");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in CpuTraining.Environment)
        {
            start.Environment[name] = value;
        }

        // Settings that did not come from the environment (a file, the command line, Standalone's Azurite) travel by it.
        foreach (var (key, value) in configuration.GetSection("ConnectionStrings").AsEnumerable()
            .Concat(configuration.GetSection("Training").AsEnumerable()))
        {
            if (value is not null)
            {
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            }
        }

        return start;
    }

    private void Log(string what, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            LogOutput(what, line);
        }
    }

    [LoggerMessage(LogLevel.Information, "Process {ProcessId} does {What}")]
    private partial void LogStarted(string what, int processId);

    [LoggerMessage(LogLevel.Information, "{What}: {Line}")]
    private partial void LogOutput(string what, string line);
}
