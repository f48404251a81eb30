using System.Diagnostics;
using GenreCloud.Testing;

namespace GenreCloud.LocalTools.Tests;

/// <summary>GenreCloud.LocalToolsHost as a child process: the parent of a tool that a test may kill. Disposing kills it.</summary>
internal sealed class ToolHost : IDisposable
{
    private readonly Process _process;

    private ToolHost(Process process) => _process = process;

    public static ToolHost Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(ServiceProcess.ExecutableOf("GenreCloud.LocalToolsHost"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ToolHost(Process.Start(start)!);
    }

    /// <summary>Its first line, whose parts are "ready", the tool's process id and its address, or "failed" and the reason.</summary>
    public async Task<string[]> FirstLineAsync(CancellationToken cancellationToken) =>
        (await _process.StandardOutput.ReadLineAsync(cancellationToken)).ShouldNotBeNull().Split('\t');

    /// <summary>Ends it at once, without a chance to tidy up (SIGKILL), and waits until it is gone. The tool is not touched.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
