using System.Diagnostics;
using System.Reflection;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The child process that executes one run: this executable again, with <c>run --id ID</c>. It ends when its standard input
/// does, so it never outlives the service, however that ends.
/// </summary>
internal sealed partial class RunProcess(IConfiguration configuration, TimeProvider time, ILogger<RunProcess> logger)
{
    private const int KeptErrorLines = 20;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Starts the process, waits for its end and returns how it ended; cancelling ends the process.</summary>
    public async Task<RunExit> ExecuteAsync(string runId, CancellationToken cancellationToken)
    {
        var errors = new Queue<string>();
        using var process = new Process { StartInfo = StartInfo(runId) };
        process.OutputDataReceived += (_, line) => Log(runId, line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            Log(runId, line.Data);
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
        LogStarted(runId, process.Id);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
            throw;
        }

        lock (errors)
        {
            return new RunExit(process.ExitCode, string.Join('\n', errors));
        }
    }

    private ProcessStartInfo StartInfo(string runId)
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
        start.ArgumentList.Add("--id");
        start.ArgumentList.Add(runId);
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

    private async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopTimeout, time);
        }
        catch (TimeoutException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private void Log(string runId, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            LogOutput(runId, line);
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {RunId} trains in process {ProcessId}")]
    private partial void LogStarted(string runId, int processId);

    [LoggerMessage(LogLevel.Information, "Run {RunId}: {Line}")]
    private partial void LogOutput(string runId, string line);
}
