using System.CommandLine;
using System.Diagnostics;
using GenreCloud.Modeling;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The command <c>run --id ID</c>, by which the training service executes a run in a process of its own; without an id the
/// process only tries whether a run could be executed here.
/// </summary>
public static class RunCommand
{
    public static Command Create()
    {
        var id = new Option<string?>("--id") { Description = "The run, as accepted by POST /api/runs" };
        var command = new Command("run", "Execute one training run; started by the training service.") { id };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetValue(id), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string? id, CancellationToken cancellationToken)
    {
        EndWithParent();
        if (id is null)
        {
            return TryLoadTorch();
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddRunExecution();
        using var host = builder.Build();
        try
        {
            await host.Services.GetRequiredService<RunExecutor>().ExecuteAsync(id, parent: default, cancellationToken);
            return 0;
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            await Console.Error.WriteLineAsync(exception.FirstLine());
            return RunExit.StorageFailed;
        }
    }

    private static int TryLoadTorch()
    {
        try
        {
            TorchRuntime.EnsureLoaded();
            return 0;
        }
        catch (TorchNotLoadedException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return RunExit.TorchNotLoaded;
        }
    }

    /// <summary>
    /// Standard input ends when the service closes it or is killed; then nobody owns the run here any more. Killed and not
    /// exited: nothing is left to save, and exiting would wait for libtorch's threads at work.
    /// </summary>
    private static void EndWithParent() => new Thread(() =>
    {
        Console.OpenStandardInput().CopyTo(Stream.Null);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    })
    {
        IsBackground = true,
        Name = "end with the training service",
    }.Start();
}
