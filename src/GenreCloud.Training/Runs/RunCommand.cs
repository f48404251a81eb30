using System.CommandLine;

namespace GenreCloud.Training.Runs;

/// <summary>The command <c>run --id ID</c>, by which the training service executes a run in a process of its own.</summary>
public static class RunCommand
{
    public static Command Create()
    {
        var id = new Option<string>("--id") { Description = "The run, as accepted by POST /api/runs", Required = true };
        var command = new Command("run", "Execute one training run; started by the training service.") { id };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetValue(id)!, cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string id, CancellationToken cancellationToken)
    {
        EndWithParent();

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddRunExecution();
        using var host = builder.Build();
        await host.Services.GetRequiredService<RunExecutor>().ExecuteAsync(id, cancellationToken);
        return 0;
    }

    /// <summary>Standard input ends when the service closes it or is killed; then nobody owns the run here any more.</summary>
    private static void EndWithParent() => new Thread(() =>
    {
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(1);
    })
    {
        IsBackground = true,
        Name = "end with the training service",
    }.Start();
}
