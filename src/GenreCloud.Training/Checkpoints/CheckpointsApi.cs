using System.ComponentModel;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Training.Runs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace GenreCloud.Training.Checkpoints;

/// <summary>Make a model version of a checkpoint that was trained elsewhere.</summary>
internal static class CheckpointsApi
{
    private const int LongestFileName = 200;

    public static IEndpointRouteBuilder MapCheckpoints(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/checkpoints").WithTags("Checkpoints")
            .WithProblem<DatasetException>(StatusCodes.Status500InternalServerError, "The dataset cannot be read")
            .MapPost("/", RegisterAsync)
            .WithName("RegisterCheckpoint")
            .WithSummary("Register a PyTorch checkpoint, which is the body, as a model version")
            .WithDescription(
                "The file is one of torch.save, of any version: a state dict, or a dictionary with one under model. Nothing in it is run. "
                + "It is put into the network, exported to ONNX, registered if ONNX Runtime and TorchSharp agree, and answered is the card of the version.")
            .Accepts<byte[]>("application/octet-stream")
            .WithMetadata(new CheckpointSize())
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        return app;
    }

    private static async Task<Created<ModelCard>> RegisterAsync(
        HttpRequest request,
        CheckpointProcess process,
        DatasetStore datasets,
        ModelRegistry registry,
        [Description("The model to register it as.")] string? model,
        [Description("The network that it was trained with: crnn, crnn-tabular or another of the catalogue.")] string? architecture,
        [Description("Its labels in the order of the outputs, separated by commas; those of the published checkpoints where it is as large as one of them.")] string? labels,
        [Description("A dataset to check it on; also where the statistics of tabular features come from if it lacks them.")] string? dataset,
        [Description("The dataset's version; the newest unless given.")] int? version,
        [Description("The file's name, for the card.")] string? fileName,
        CancellationToken cancellationToken)
    {
        if (model is null || !ModelName.IsValid(model))
        {
            throw Invalid("The model's name cannot be used", $"model is \"{model}\": {ModelName.Rule}");
        }

        if (Architecture.All.All(entry => entry.Name != architecture))
        {
            throw Invalid("Unknown architecture", $"architecture is \"{architecture}\", which is none of: {string.Join(", ", Architecture.All.Select(entry => entry.Name))}.");
        }

        var wanted = new CheckpointRequest
        {
            Model = model,
            Architecture = architecture!,
            Labels = Parse(labels),
            FileName = fileName?[..Math.Min(fileName.Length, LongestFileName)],
            Dataset = dataset,
            DatasetVersion = dataset is null
                ? null
                : (await RequestedDataset.ReadManifestAsync(datasets, dataset, version, cancellationToken)).Version,
        };
        using var folder = CheckpointFolder.Create();
        await using (var file = File.Create(folder.CheckpointFile))
        {
            await request.Body.CopyToAsync(file, cancellationToken);
        }

        await folder.WriteRequestAsync(wanted, cancellationToken);
        var card = await registry.GetCardAsync(model, await process.RegisterAsync(folder, cancellationToken), cancellationToken);
        return TypedResults.Created($"/api/models/{card.Model}/versions/{card.Version}", card);
    }

    private static string[]? Parse(string? labels)
    {
        if (string.IsNullOrWhiteSpace(labels))
        {
            return null;
        }

        string[] parsed = labels.Split(',', StringSplitOptions.TrimEntries);
        return parsed.Length >= 2 && !parsed.Contains("") && parsed.Distinct(StringComparer.Ordinal).Count() == parsed.Length
            ? parsed
            : throw Invalid("The labels cannot be used", $"labels is \"{labels}\": give two or more, separated by commas, none empty and none twice.");
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    /// <summary>The server's limit of 30 MB is for small requests; what is larger than the reader takes is refused while it comes.</summary>
    private sealed class CheckpointSize : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => PyTorchCheckpoint.MaxFileBytes;
    }
}
