using System.Diagnostics;
using System.Reflection;
using GenreCloud.Modeling;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training;

/// <summary>
/// This executable again, as a child process with a command of its own: libtorch lives and dies with it. It ends when its standard input
/// does (<see cref="EndWithParent"/>), so it never outlives the service, however that ends.
/// </summary>
internal sealed class ChildProcess(IConfiguration configuration)
{
    private const int KeptErrorLines = 60;

    /// <summary>In the child: cancelled once the service has said that the work is no longer wanted.</summary>
    private static readonly CancellationTokenSource Unwanted = new();

    /// <summary>
    /// Starts the process and returns its exit code (128 + n when signal n ended it) and the last lines of its standard error; cancelling
    /// ends it. It has this process's settings, and goes on with the trace of the caller.
    /// </summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="started">Gets the id of the process.</param>
    /// <param name="output">Gets each line of its standard output, which is what it logs.</param>
    /// <param name="error">Gets each line of its standard error.</param>
    /// <param name="unwanted">Tells the process that its work is no longer wanted, which it then ends by itself (<see cref="EndWithParent"/>).</param>
    /// <param name="cancellationToken">Ends the process.</param>
    public async Task<(int ExitCode, string Errors)> ExecuteAsync(
        IEnumerable<string> arguments,
        Action<int> started,
        Action<string> output,
        Action<string> error,
        CancellationToken unwanted,
        CancellationToken cancellationToken)
    {
        var errors = new Queue<string>();
        using var process = new Process { StartInfo = StartInfo(arguments) };
        process.OutputDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
            {
                output(line.Data);
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (string.IsNullOrWhiteSpace(line.Data))
            {
                return;
            }

            error(line.Data);
            lock (errors)
            {
                errors.Enqueue(line.Data);
                if (errors.Count > KeptErrorLines)
                {
                    errors.Dequeue();
                }
            }
        };

        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        started(process.Id);
        using var telling = unwanted.Register(() => TellUnwanted(process));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // At once: whatever was worth keeping is in the storage.
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        lock (errors)
        {
            return (process.ExitCode, string.Join('\n', errors));
        }
    }

    /// <summary>
    /// To be called in the child: standard input ends when the service closes it or is killed; then nobody waits for the work any more.
    /// Killed and not exited: nothing is left to save, and exiting would wait for libtorch's threads at work.
    /// </summary>
    /// <returns>Cancelled once the service says that the work is no longer wanted, by a line.</returns>
    public static CancellationToken EndWithParent()
    {
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                Unwanted.Cancel();
            }

            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        {
            IsBackground = true,
            Name = "end with the training service",
        }.Start();
        return Unwanted.Token;
    }

    private static void TellUnwanted(Process process)
    {
        try
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended.
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
            if (value is not null && IsOfChild(key))
            {
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            }
        }

        RunTrace.Write(Activity.Current, start.Environment);
        return start;
    }

    private static bool IsOfChild(string key) =>
        key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("Training:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("OTEL_", StringComparison.Ordinal)
        || key.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal)
        || key.StartsWith("AZURE_", StringComparison.Ordinal);
}
