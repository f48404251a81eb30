using System.CommandLine;
using GenreCloud.ServiceDefaults;
using GenreCloud.Training;
using GenreCloud.Training.Runs;

// What a command does not know is a setting of the service: --urls, --Training:Threads.
var root = new RootCommand("The GenreCloud training service: the API, and the worker that executes runs.") { TreatUnmatchedTokensAsErrors = false };
root.SetAction((parsed, cancellationToken) => ServeAsync(parsed, builder => builder.AddTraining(), cancellationToken));

var api = new Command("api", "Only the API; runs are executed elsewhere.") { TreatUnmatchedTokensAsErrors = false };
api.SetAction((parsed, cancellationToken) => ServeAsync(parsed, builder => builder.AddTrainingApi(), cancellationToken));
root.Subcommands.Add(api);
root.Subcommands.Add(WorkCommand.Create());
root.Subcommands.Add(RunCommand.Create());

// The host itself listens for the signals, and has its own time to stop in.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> ServeAsync(ParseResult parsed, Action<WebApplicationBuilder> add, CancellationToken cancellationToken)
{
    if (parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith('-') && !first.Contains('=', StringComparison.Ordinal))
    {
        await Console.Error.WriteLineAsync($"'{first}' is no command of the training service. It has api and work; without a command it does both.");
        return StartupFaults.ExitCode;
    }

    var builder = WebApplication.CreateBuilder([.. parsed.UnmatchedTokens]);
    builder.AddServiceDefaults();
    add(builder);

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapTraining();

    return await app.RunServiceAsync(cancellationToken);
}
