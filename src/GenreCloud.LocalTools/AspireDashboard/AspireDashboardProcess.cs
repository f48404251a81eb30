using System.Diagnostics;
using GenreCloud.LocalTools.Npm;

namespace GenreCloud.LocalTools.AspireDashboard;

/// <summary>
/// The real Aspire dashboard as a child process on ports of 127.0.0.1: it takes OpenTelemetry by OTLP and shows it. It ends
/// with this process, even when that is killed, and forgets what it was told. Whoever reaches this machine's loopback may
/// look, without a login, as they may use GenreCloud itself.
/// </summary>
public sealed partial class AspireDashboardProcess : IAsyncDisposable
{
    private const int StartAttempts = 3;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ToolProcess _process;

    private AspireDashboardProcess(ToolProcess process, DashboardPorts ports)
    {
        _process = process;
        Frontend = AddressOf(ports.Frontend);
        OtlpGrpc = AddressOf(ports.OtlpGrpc);
        OtlpHttp = AddressOf(ports.OtlpHttp);
    }

    /// <summary>Its web pages, and its telemetry API under <c>api/telemetry/</c>.</summary>
    public Uri Frontend { get; }

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public Uri OtlpGrpc { get; }

    /// <summary>Where it takes OTLP over HTTP.</summary>
    public Uri OtlpHttp { get; }

    /// <summary>The id of the child process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The last lines that it wrote.</summary>
    public string Output => _process.Output;

    /// <summary>Completes when the child process has ended, wanted or not.</summary>
    public Task Exited => _process.Exited;

    /// <summary>Installs the dashboard if that was not done before, starts it, and returns when it answers.</summary>
    /// <exception cref="LocalToolException">It could not be installed or did not start; the message says why and what to do.</exception>
    public static async Task<AspireDashboardProcess> StartAsync(
        AspireDashboardOptions options, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var tools = await NodeTools.FindAsync("The Aspire dashboard is installed and started by them; GenreCloud starts without --dashboard.", cancellationToken);
        var cli = await AspireCli.FindAsync(tools, options.PackageDirectory, time, logger, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var ports = DashboardPorts.FindFree(attempt == 1 ? options.PreferredPort : 0);
            var process = ToolProcess.Start(
                "The Aspire dashboard",
                tools.Node,
                Arguments(cli, ports),
                AppContext.BaseDirectory,
                cli.Environment(),
                options.StopTimeout,
                _ => { },
                logger,
                time);
            try
            {
                var dashboard = new AspireDashboardProcess(process, ports);
                if (await dashboard.AnswersAsync(options.StartTimeout, time, cancellationToken))
                {
                    LogListening(logger, dashboard.ProcessId, dashboard.Frontend);
                    return dashboard;
                }

                if (attempt == StartAttempts)
                {
                    throw new LocalToolException(
                        $"The Aspire dashboard ended with exit code {process.ExitCode} before it answered. It said:{Environment.NewLine}{process.Output}");
                }
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }

            await process.DisposeAsync();
        }
    }

    /// <summary>The page that shows a trace.</summary>
    public Uri PageOf(ActivityTraceId trace) => new(Frontend, $"traces/detail/{trace}");

    /// <summary>Ends the dashboard; kills it only when that takes longer than <see cref="AspireDashboardOptions.StopTimeout"/>.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}/");

    private static string[] Arguments(AspireCli cli, DashboardPorts ports) =>
    [
        Path.Combine(AppContext.BaseDirectory, "AspireDashboard", "end-with-parent.cjs"),
        cli.Program,
        "dashboard", "run",
        "--frontend-url", $"http://127.0.0.1:{ports.Frontend}",
        "--otlp-grpc-url", $"http://127.0.0.1:{ports.OtlpGrpc}",
        "--otlp-http-url", $"http://127.0.0.1:{ports.OtlpHttp}",
        "--allow-anonymous", "--nologo", "--non-interactive",
    ];

    /// <returns>True once its telemetry API answers; false when it has ended.</returns>
    private async Task<bool> AnswersAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timingOut = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timingOut.Token);
        using var http = new HttpClient { BaseAddress = Frontend };
        try
        {
            while (!Exited.IsCompleted)
            {
                try
                {
                    using var response = await http.GetAsync(new Uri("api/telemetry/resources", UriKind.Relative), either.Token);
                    if (response.IsSuccessStatusCode)
                    {
                        return true;
                    }
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                await Task.WhenAny(Exited, Task.Delay(PollInterval, time, either.Token));
                either.Token.ThrowIfCancellationRequested();
            }

            return false;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalToolException(
                $"The Aspire dashboard did not answer within {timeout.TotalSeconds:F0} s. It said:{Environment.NewLine}{Output}", exception);
        }
    }

    [LoggerMessage(LogLevel.Information, "The Aspire dashboard (process {ProcessId}) is at {Frontend}")]
    private static partial void LogListening(ILogger logger, int processId, Uri frontend);
}
