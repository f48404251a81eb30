namespace GenreCloud.AppHost.Commands;

/// <summary>From the sample zip to a model, with two buttons.</summary>
internal static class SampleCommands
{
    public const string Import = "import-sample";
    public const string Train = "train-on-sample";
    public const string Epochs = "epochs";

    private const int MostEpochs = 10_000;

    /// <param name="zip">The sample's full path.</param>
    public static IResourceBuilder<ProjectResource> WithImportSampleCommand(this IResourceBuilder<ProjectResource> datasetImport, string zip) =>
        datasetImport.WithApiCommand(
            Import,
            "Import the sample",
            new HttpCommandOptions
            {
                Description = $"Imports the 120 spectrograms that come with the repository, as the dataset {Sample.Name}.",
                IconName = "ArrowImport",
                IsHighlighted = true,
            },
            _ => ("/api/imports", new { dataset = Sample.Name, profile = "genres", licence = "MIT", source = new { path = zip } }),
            import => $"The import {import.GetProperty("id")} is on its way; then train on it.");

    public static IResourceBuilder<ProjectResource> WithTrainCommand(this IResourceBuilder<ProjectResource> training) =>
        training.WithApiCommand(
            Train,
            "Train on the sample",
            new HttpCommandOptions
            {
                Description = $"Trains a network on the newest version of the dataset {Sample.Name} and registers it. Import the sample first.",
                IconName = "BrainCircuit",
                IsHighlighted = true,
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = Epochs,
                        Label = "Epochs",
                        Description = "How often training sees every spectrogram.",
                        InputType = InputType.Number,
                        Value = "12",
                        Required = true,
                    },
                ],
                ValidateArguments = context =>
                {
                    var epochs = context.Inputs[Epochs];
                    if (epochs.Value is { Length: > 0 } value && !(int.TryParse(value, out var number) && number is >= 1 and <= MostEpochs))
                    {
                        context.AddValidationError(epochs, $"A whole number from 1 to {MostEpochs}.");
                    }

                    return Task.CompletedTask;
                },
            },
            arguments => ("/api/runs", new { dataset = Sample.Name, epochs = arguments.GetInt32(Epochs), precision = "bf16" }),
            run => $"The run {run.GetProperty("id")} is on its way.");
}
