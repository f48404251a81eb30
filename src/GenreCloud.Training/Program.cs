using System.CommandLine;
using GenreCloud.ServiceDefaults;
using GenreCloud.Training;
using GenreCloud.Training.Runs;

var root = new RootCommand("The GenreCloud training service.") { TreatUnmatchedTokensAsErrors = false };
root.Subcommands.Add(RunCommand.Create());
root.SetAction(async (_, cancellationToken) =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTraining();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapTraining();

    await app.RunAsync(cancellationToken);
});

// The host itself listens for the signals, and has its own time to stop in.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
