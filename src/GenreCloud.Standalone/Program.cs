using System.CommandLine;
using System.Globalization;
using GenreCloud.Client.Checkpoints;
using GenreCloud.Client.Evaluations;
using GenreCloud.Standalone;
using GenreCloud.Standalone.Checkpoints;
using GenreCloud.Standalone.Demo;
using GenreCloud.Standalone.Evaluate;
using GenreCloud.Standalone.Keys;
using GenreCloud.Training.Checkpoints;
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
var dashboard = new Option<bool>("--dashboard")
{
    Description = "Start the Aspire dashboard too, which shows all logs, traces and metrics; GenreCloud's own pages are served without it",
    Recursive = true,
};

var root = new RootCommand("GenreCloud in one process: import spectrograms, train, register, classify. Without a command it serves its pages and its API.")
{
    data,
    urls,
    dashboard,
};
root.SetAction((parsed, cancellationToken) => Serving.RunAsync(OptionsOf(parsed), cancellationToken));

var zip = new Option<FileInfo?>("--zip") { Description = "A zip of spectrograms in the layout of profile genres; the sample unless given" };
var labels = new Option<FileInfo?>("--labels") { Description = "The labels CSV, when it is not inside the zip" };
var dataset = new Option<string?>("--dataset") { Description = "The dataset's name; after the zip unless given" };
var epochs = new Option<int?>("--epochs") { Description = "How often training sees every spectrogram" };
var exit = new Option<bool>("--exit") { Description = "End after the table instead of serving on" };
var datasetImport = Service("--dataset-import", "The address of an import service that runs already; with --training and --inference");
var training = Service("--training", "The address of a training service that runs already");
var inference = Service("--inference", "The address of an inference service that runs already");
var demo = new Command("demo", "Import a zip, train on it, register the model, classify held-out spectrograms, then serve.")
{
    zip,
    labels,
    dataset,
    epochs,
    exit,
    datasetImport,
    training,
    inference,
};
demo.Validators.Add(parsed =>
{
    var given = new[] { datasetImport, training, inference }.Count(service => parsed.GetResult(service) is not null);
    if (given is not (0 or 3))
    {
        parsed.AddError("--dataset-import, --training and --inference go together: give all three, or none to have the services started.");
    }
    else if (given == 3 && parsed.GetResult(labels) is not null)
    {
        parsed.AddError("--labels cannot be sent to services that run already: put the CSV into the zip.");
    }
    else if (given == 3 && parsed.GetValue(dashboard))
    {
        parsed.AddError("--dashboard shows services that GenreCloud starts; those that run already send their telemetry where they were told to.");
    }
});
demo.SetAction((parsed, cancellationToken) => DemoCommand.RunAsync(
    OptionsOf(parsed),
    new DemoOptions
    {
        Zip = parsed.GetValue(zip),
        Labels = parsed.GetValue(labels),
        Dataset = parsed.GetValue(dataset),
        Epochs = parsed.GetValue(epochs),
        Exit = parsed.GetValue(exit),
        Services = parsed.GetValue(datasetImport) is { } importAddress
            ? new DemoServices(importAddress, parsed.GetValue(training)!, parsed.GetValue(inference)!)
            : null,
    },
    cancellationToken));
root.Subcommands.Add(demo);

var file = new Argument<FileInfo>("file") { Description = "A file of torch.save: a state dict, or a dictionary with one under model" };
var architecture = new Option<string>("--architecture") { Description = "The network that it was trained with: crnn, crnn-tabular or another of the catalogue", Required = true };
var registerAs = new Option<string>("--model") { Description = "The model to register it as", Required = true };
var classes = new Option<string?>("--labels") { Description = "Its labels in the order of the outputs, separated by commas; those of the published checkpoints unless given" };
var checkedOn = new Option<string?>("--dataset") { Description = "NAME or NAME:VERSION: a dataset to check it on; also where missing statistics of tabular features come from" };
checkedOn.Validators.Add(parsed =>
{
    if (parsed.GetValueOrDefault<string?>()?.Split(':', 2) is [_, var number] && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
    {
        parsed.AddError("--dataset is NAME or NAME:VERSION, and a version is a number: genres:3.");
    }
});
var trainingService = Service("--training", "The address of a training service that runs already");
var checkpoint = new Command("checkpoint", "Register a PyTorch checkpoint as a model version.") { file, architecture, registerAs, classes, checkedOn, trainingService };
checkpoint.SetAction((parsed, cancellationToken) => RegisterCheckpoint.RunAsync(
    OptionsOf(parsed),
    new CheckpointOptions
    {
        File = parsed.GetRequiredValue(file),
        Request = new CheckpointRequest(parsed.GetRequiredValue(registerAs), parsed.GetRequiredValue(architecture))
        {
            Labels = parsed.GetValue(classes)?.Split(','),
            Dataset = parsed.GetValue(checkedOn)?.Split(':')[0],
            DatasetVersion = parsed.GetValue(checkedOn)?.Split(':') is [_, var number] ? int.Parse(number, CultureInfo.InvariantCulture) : null,
            FileName = parsed.GetRequiredValue(file).Name,
        },
        Training = parsed.GetValue(trainingService),
    },
    cancellationToken));
root.Subcommands.Add(checkpoint);

var model = new Option<string>("--model") { Description = "The registered model", Required = true };
var version = new Option<int?>("--version") { Description = "Its version; the one in production unless given" };
var evaluated = new Option<string>("--dataset") { Description = "The dataset to evaluate it on", Required = true };
var datasetVersion = new Option<int?>("--dataset-version") { Description = "The dataset's version; the newest unless given" };
var samples = new Option<EvaluatedSamples>("--samples")
{
    Description = "Unseen leaves out what the model learnt from and all other tracks of the same artists; All takes everything",
    DefaultValueFactory = _ => EvaluatedSamples.Unseen,
};
var evaluator = Service("--training", "The address of a training service that runs already");
var evaluate = new Command("evaluate", "Evaluate a registered model on a dataset, and print how good it is.") { model, version, evaluated, datasetVersion, samples, evaluator };
evaluate.SetAction((parsed, cancellationToken) => EvaluateCommand.RunAsync(
    OptionsOf(parsed),
    new EvaluationRequest(parsed.GetRequiredValue(model), parsed.GetRequiredValue(evaluated))
    {
        Version = parsed.GetValue(version),
        DatasetVersion = parsed.GetValue(datasetVersion),
        Samples = parsed.GetValue(samples),
    },
    parsed.GetValue(evaluator),
    cancellationToken));
root.Subcommands.Add(evaluate);

root.Subcommands.Add(KeysCommand.Create(OptionsOf));

// The training service starts this same executable for each run and checkpoint, so that libtorch lives and dies with it.
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(CheckpointCommand.Create());

// Azurite saves what it holds when it is asked to end, which may take longer than the two seconds that are the default.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

StandaloneOptions OptionsOf(ParseResult parsed) => new()
{
    DataDirectory = parsed.GetValue(data)!.FullName,
    Urls = parsed.GetValue(urls)!,
    Dashboard = parsed.GetValue(dashboard),
};

static Option<Uri?> Service(string name, string description) => new(name)
{
    Description = description,
    CustomParser = argument =>
    {
        if (Uri.TryCreate(argument.Tokens.Single().Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        argument.AddError($"{name} must be an http or https address, for example http://127.0.0.1:5201.");
        return null;
    },
};
