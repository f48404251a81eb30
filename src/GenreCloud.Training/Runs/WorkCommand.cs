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

    /// <summary>How long to wait for a storage that is away, before the container is given up and not paid for any longer.</summary>
    private static readonly TimeSpan StoragePatience = TimeSpan.FromMinutes(5);

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
        await host.StartOrStopAsync(cancellationToken);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            var storage = host.Services.GetRequiredService<StorageProvisioning>();
            await RequireAsync(storage, stopping);
            await host.Services.GetRequiredService<RunWorker>().TakeOneAsync(Patience, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop: the run in hand went back to the queue, with one attempt less.
        }

        await host.StopAsync(CancellationToken.None);
    }

    private static async Task RequireAsync(StorageProvisioning storage, CancellationToken stopping)
    {
        try
        {
            await storage.Ready.WaitAsync(StoragePatience, TimeProvider.System, stopping);
        }
        catch (TimeoutException exception)
        {
            throw new StartupException(storage.Fault, exception);
        }
    }
}
