using System.CommandLine;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// The command <c>register-checkpoint --folder PATH</c>, by which the training service makes a model version of a checkpoint in a process
/// of its own.
/// </summary>
public static class CheckpointCommand
{
    internal const string Name = "register-checkpoint";
    internal const string FolderOption = "--folder";

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>(FolderOption) { Description = "Holds the checkpoint and what is asked for", Required = true };
        var command = new Command(Name, "Register one checkpoint; started by the training service.") { folder };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetRequiredValue(folder), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(DirectoryInfo directory, CancellationToken cancellationToken)
    {
        ChildProcess.EndWithParent();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddTelemetry();
        builder.AddCheckpointRegistration();

        // Disposing it, however this ends, exports the last of the telemetry.
        using var host = builder.Build();
        host.StartTelemetry();
        using var folder = CheckpointFolder.At(directory.FullName);
        try
        {
            var outcome = await host.Services.GetRequiredService<CheckpointRegistration>().RegisterAsync(
                await folder.ReadRequestAsync(cancellationToken), folder.CheckpointFile, RunTrace.Read(), cancellationToken);
            await folder.WriteOutcomeAsync(outcome, cancellationToken);
            return 0;
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            await Console.Error.WriteLineAsync(exception.FirstLine());
            return RunExit.StorageFailed;
        }
    }
}
