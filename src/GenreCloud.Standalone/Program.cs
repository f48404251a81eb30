using System.CommandLine;
using GenreCloud.Standalone;
using GenreCloud.Standalone.Demo;
using GenreCloud.Training.Runs;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Where datasets, runs and models are kept",
    DefaultValueFactory = _ => new DirectoryInfo(StandaloneOptions.DefaultDataDirectory),
    Recursive = true,
};
var urls = new Option<string>("--urls")
{
    Description = "The address to serve at",
    DefaultValueFactory = _ => StandaloneOptions.DefaultUrls,
    Recursive = true,
};

var root = new RootCommand("GenreCloud in one process: import spectrograms, train, register, classify. Without a command it serves.")
{
    data,
    urls,
};
root.SetAction((parsed, cancellationToken) => Serving.RunAsync(OptionsOf(parsed), cancellationToken));

var zip = new Option<FileInfo?>("--zip") { Description = "A zip of spectrograms in the layout of profile genres; the sample unless given" };
var labels = new Option<FileInfo?>("--labels") { Description = "The labels CSV, when it is not inside the zip" };
var dataset = new Option<string?>("--dataset") { Description = "The dataset's name; after the zip unless given" };
var epochs = new Option<int?>("--epochs") { Description = "How often training sees every spectrogram" };
var exit = new Option<bool>("--exit") { Description = "End after the table instead of serving on" };
var demo = new Command("demo", "Import a zip, train on it, register the model, classify held-out spectrograms, then serve.")
{
    zip,
    labels,
    dataset,
    epochs,
    exit,
};
demo.SetAction((parsed, cancellationToken) => DemoCommand.RunAsync(
    OptionsOf(parsed),
    new DemoOptions
    {
        Zip = parsed.GetValue(zip),
        Labels = parsed.GetValue(labels),
        Dataset = parsed.GetValue(dataset),
        Epochs = parsed.GetValue(epochs),
        Exit = parsed.GetValue(exit),
    },
    cancellationToken));
root.Subcommands.Add(demo);

// The training service starts this same executable for each run, so that libtorch lives and dies with the run.
root.Subcommands.Add(RunCommand.Create());

// Azurite saves what it holds when it is asked to end, which may take longer than the two seconds that are the default.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

StandaloneOptions OptionsOf(ParseResult parsed) => new()
{
    DataDirectory = parsed.GetValue(data)!.FullName,
    Urls = parsed.GetValue(urls)!,
};
