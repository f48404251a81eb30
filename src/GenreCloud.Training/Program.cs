using System.CommandLine;
using GenreCloud.Training;
using GenreCloud.Training.Checkpoints;
using GenreCloud.Training.Runs;

var root = ServeCommand.CreateRoot();
root.Subcommands.Add(ServeCommand.CreateApi());
root.Subcommands.Add(WorkCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(CheckpointCommand.Create());

// The host itself listens for the signals, and has its own time to stop in.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
