using System.CommandLine;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The command <c>work</c>: executes one run of the queue, then ends. For a cluster that starts a container for each message: the
/// container's time limit is then the run's.
/// </summary>
internal static class WorkCommand
{
    /// <summary>How long to wait for a run: the message that this process was started for may be hidden for a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("work", "Execute one run of the queue, then end.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, cancellationToken) => StartupFaults.ReportAsync(() => WorkAsync([.. parsed.UnmatchedTokens], cancellationToken)));
        return command;
    }

    private static async Task WorkAsync(string[] settings, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.AddTelemetry();
        builder.AddRunWork();
        using var host = builder.Build();
        host.RequireValidSettings();
        await host.StartAsync(cancellationToken);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.Services.GetRequiredService<StorageProvisioning>().Ready.WaitAsync(stopping);
            await host.Services.GetRequiredService<RunWorker>().TakeOneAsync(Patience, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop, which is no failure: the run in hand went back to the queue.
        }

        await host.StopAsync(CancellationToken.None);
    }
}
