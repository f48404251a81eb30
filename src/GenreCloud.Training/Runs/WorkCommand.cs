using System.CommandLine;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The command <c>work</c>: executes the runs of the queue, one after another, until there is none, then ends. For a job of a
/// cluster that is started when there is work.
/// </summary>
internal static class WorkCommand
{
    /// <summary>
    /// How long the queue has to be empty. The message that this process was started for may be hidden at first; a run whose
    /// attempt failed is hidden for 5 s.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("work", "Execute the runs of the queue until it is empty, then end.") { TreatUnmatchedTokensAsErrors = false };
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
            await host.Services.GetRequiredService<RunWorker>().WorkUntilEmptyAsync(Patience, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop, which is no failure: the run in hand went back to the queue.
        }

        await host.StopAsync(CancellationToken.None);
    }
}
