using System.Collections.Concurrent;
using System.Diagnostics;

namespace GenreCloud.LocalTools;

/// <summary>
/// A tool as a child process. It takes the end of its standard input, which the system closes however this process ends, as
/// the order to end.
/// </summary>
internal sealed partial class ToolProcess : IAsyncDisposable
{
    private const int KeptOutputLines = 40;

    private readonly string _name;
    private readonly Process _process;
    private readonly TimeSpan _stopTimeout;
    private readonly Action<string> _onLine;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<string> _output = [];
    private bool _disposed;

    private ToolProcess(string name, Process process, TimeSpan stopTimeout, Action<string> onLine, ILogger logger, TimeProvider time)
    {
        _name = name;
        _process = process;
        _stopTimeout = stopTimeout;
        _onLine = onLine;
        _logger = logger;
        _time = time;
        Id = process.Id;
        process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        process.ErrorDataReceived += (_, line) => OnOutput(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Id { get; }

    /// <summary>The last lines that it wrote.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    /// <summary>Completes when the process has ended, wanted or not.</summary>
    public Task Exited { get; }

    /// <summary>Once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <param name="name">What users call the tool.</param>
    /// <param name="program">A path.</param>
    /// <param name="stopTimeout">How long it may take to end when asked to, before it is killed.</param>
    /// <param name="onLine">Gets each line that it writes.</param>
    /// <exception cref="LocalToolException">It could not be started.</exception>
    public static ToolProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string?> environment,
        TimeSpan stopTimeout,
        Action<string> onLine,
        ILogger logger,
        TimeProvider time)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start) ?? throw new LocalToolException($"'{program}' could not be started.");
        return new ToolProcess(name, process, stopTimeout, onLine, logger, time);
    }

    /// <summary>Asks it to end; kills it, with what it started itself, only when that takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            _process.StandardInput.Close();
            await Exited.WaitAsync(_stopTimeout, _time);
        }
        catch (TimeoutException)
        {
            LogKilled(_logger, _name, Id, _stopTimeout.TotalSeconds);
            _process.Kill(entireProcessTree: true);
            await Exited;
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void OnOutput(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _output.Enqueue(line);
        if (_output.Count > KeptOutputLines)
        {
            _output.TryDequeue(out _);
        }

        LogOutput(_logger, _name, line);
        _onLine(line);
    }

    [LoggerMessage(LogLevel.Warning, "{Name} (process {ProcessId}) did not end within {Seconds} s and was killed; its last writes may be lost")]
    private static partial void LogKilled(ILogger logger, string name, int processId, double seconds);

    [LoggerMessage(LogLevel.Debug, "{Name}: {Line}")]
    private static partial void LogOutput(ILogger logger, string name, string line);
}
