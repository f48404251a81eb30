using System.CommandLine;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>The command <c>run --id ID</c>, by which the training service executes a run in a process of its own.</summary>
public static class RunCommand
{
    internal const string Name = "run";
    internal const string IdOption = "--id";
    internal const string TryBatchSizesOption = "--try-batch-sizes";

    public static Command Create()
    {
        var id = new Option<string>(IdOption) { Description = "The run, as accepted by POST /api/runs", Required = true };
        var tryBatchSizes = new Option<bool>(TryBatchSizesOption) { Description = "Only tell on standard error which smaller batches fit into the memory" };
        var command = new Command(Name, "Execute one training run; started by the training service.") { id, tryBatchSizes };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetRequiredValue(id), parsed.GetValue(tryBatchSizes), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string id, bool tryBatchSizes, CancellationToken cancellationToken)
    {
        var unwanted = ChildProcess.EndWithParent();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddTelemetry();
        builder.AddRunExecution();

        // Disposing it, however the run ends, exports the last of the telemetry.
        using var host = builder.Build();
        host.StartTelemetry();
        try
        {
            await (tryBatchSizes
                ? host.Services.GetRequiredService<BatchSizeTrial>().RunAsync(id, Console.Error, cancellationToken)
                : host.Services.GetRequiredService<RunExecutor>().ExecuteAsync(id, RunTrace.Read(), unwanted, cancellationToken));
            return 0;
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            await Console.Error.WriteLineAsync(exception.FirstLine());
            return RunExit.StorageFailed;
        }
        catch (Exception exception) when (RunFailure.IsOfMemory(exception))
        {
            await Console.Error.WriteLineAsync(exception.FirstLine());
            return RunExit.MemoryRanOut;
        }
        catch (RunTakenOverException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return RunExit.TakenOver;
        }
    }
}
