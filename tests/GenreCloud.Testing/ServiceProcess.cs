using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GenreCloud.Testing;

/// <summary>
/// A service's real executable as a child process: started, spoken to at the address that it prints, asked to stop or
/// killed. Disposing kills what still runs, and only that one process.
/// </summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _awaited = [];
    private readonly Task _exited;
    private bool _silent;

    private ServiceProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        process.Start();
        ProcessId = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _exited = ObserveExitAsync();
    }

    /// <summary>The id of the process, which is its own and not a shell's.</summary>
    public int ProcessId { get; }

    /// <summary>Everything that it has written to standard output and standard error so far, line by line.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>Starts an executable.</summary>
    /// <param name="executable">See <see cref="ExecutableOf"/>.</param>
    /// <param name="arguments">A service takes <c>--urls http://127.0.0.1:0</c> for a free port.</param>
    /// <param name="environment">Added to this process's own environment.</param>
    public static ServiceProcess Start(
        string executable, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(executable)!,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ServiceProcess(new Process { StartInfo = start });
    }

    /// <summary>The executable of a project that the test project references.</summary>
    /// <param name="project">"GenreCloud.Training".</param>
    public static string ExecutableOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{project}.exe" : project);

    /// <summary>Waits until it serves, and returns where: the address that ASP.NET Core logs.</summary>
    /// <exception cref="InvalidOperationException">It ended before it served; the message has its output.</exception>
    public async Task<Uri> WaitForAddressAsync(CancellationToken cancellationToken)
    {
        var line = await WaitForOutputAsync(ListeningLine(), cancellationToken);
        return new Uri(line.Groups["address"].Value);
    }

    /// <summary>Waits until a line of its output matches, past ones included.</summary>
    /// <exception cref="InvalidOperationException">It ended without such a line; the message has its output.</exception>
    public Task<Match> WaitForOutputAsync(Regex pattern, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_lines.Select(line => pattern.Match(line)).FirstOrDefault(match => match.Success) is { } match)
            {
                return Task.FromResult(match);
            }

            if (_silent)
            {
                return Task.FromException<Match>(EndedWithout(pattern));
            }

            var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((pattern, found));
            return found.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for its end and returns the exit code; 128 + n when signal n ended it.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _exited.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as a terminal's or a container's end does (SIGTERM), and returns its exit code.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows, which has no such request for one process.</exception>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (!_exited.IsCompleted)
        {
            Terminate(ProcessId);
        }

        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Asks a process to stop (SIGTERM); one that is gone already is as wanted.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows, which has no such request for one process.</exception>
    public static void Terminate(int processId)
    {
        const int terminate = 15;
        Signal(processId, terminate);
    }

    /// <summary>Makes it stand still (SIGSTOP) until <see cref="Resume"/>; it can be killed meanwhile.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    public void Suspend() => Signal(ProcessId, OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Lets it go on (SIGCONT).</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    public void Resume() => Signal(ProcessId, OperatingSystem.IsMacOS() ? 19 : 18);

    /// <summary>Ends it at once, without a chance to tidy up (SIGKILL), and waits until it is gone. Its own children are not touched.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _exited;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task ObserveExitAsync()
    {
        // Returns after the last line of output was handed over.
        await _process.WaitForExitAsync();
        lock (_gate)
        {
            _silent = true;
            foreach (var (pattern, found) in _awaited)
            {
                found.TrySetException(EndedWithout(pattern));
            }

            _awaited.Clear();
        }
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            _awaited.RemoveAll(awaited => awaited.Pattern.Match(line) is { Success: true } match && awaited.Found.TrySetResult(match));
        }
    }

    private InvalidOperationException EndedWithout(Regex pattern) => new(
        $"'{_process.StartInfo.FileName}' ended with exit code {_process.ExitCode} before it wrote a line like \"{pattern}\". It wrote:{Environment.NewLine}"
        + string.Join(Environment.NewLine, _lines));

    private static void Signal(int processId, int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows has no signals for a single console process.");
        }

        const int noSuchProcess = 3;
        if (SendSignal(processId, signal) != 0 && Marshal.GetLastPInvokeError() != noSuchProcess)
        {
            throw new InvalidOperationException($"Process {processId} could not be signalled: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex ListeningLine();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
