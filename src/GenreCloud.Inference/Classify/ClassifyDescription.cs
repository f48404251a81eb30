using System.Text.Json.Nodes;
using GenreCloud.Datasets.Tabular;
using Microsoft.OpenApi;

namespace GenreCloud.Inference.Classify;

/// <summary>
/// What the OpenAPI document says of bodies and answers. Bodies are described and not declared: a declared type is enforced by routing, with an answer that
/// does not say what to send.
/// </summary>
internal static class ClassifyDescription
{
    /// <summary>Of <c>POST /api/classify</c>.</summary>
    public static Task Describe(OpenApiOperation operation)
    {
        operation.RequestBody = OneFile();
        ClassifyExamples.AddAnswer(operation);
        return Task.CompletedTask;
    }

    /// <summary>Of <c>POST /api/classify/why</c>.</summary>
    public static Task DescribeWhy(OpenApiOperation operation)
    {
        operation.RequestBody = OneFile();
        ClassifyExamples.AddExplanation(operation);
        return Task.CompletedTask;
    }

    /// <summary>Of <c>POST /api/spectrogram</c>.</summary>
    public static Task DescribeSpectrogram(OpenApiOperation operation)
    {
        operation.RequestBody = OneFile();
        return Task.CompletedTask;
    }

    /// <summary>Of <c>POST /api/classify/batch</c>.</summary>
    public static Task DescribeBatch(OpenApiOperation operation)
    {
        var files = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Binary() };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [MusicForm.MediaType] = new() { Schema = Form(files) } },
        };
        ClassifyExamples.AddBatchAnswer(operation);
        return Task.CompletedTask;
    }

    private static OpenApiRequestBody OneFile()
    {
        IEnumerable<string> bytes = [.. MusicMediaTypes.Songs, MusicMediaTypes.Picture, MusicMediaTypes.Bytes];
        return new OpenApiRequestBody
        {
            Required = true,
            Content = bytes.Select(type => KeyValuePair.Create(type, new OpenApiMediaType { Schema = Binary() }))
                .Append(KeyValuePair.Create(MusicForm.MediaType, new OpenApiMediaType { Schema = Form(Binary()) }))
                .ToDictionary(),
        };
    }

    private static OpenApiSchema Form(IOpenApiSchema file) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { MusicForm.File },
        Properties = new Dictionary<string, IOpenApiSchema> { [MusicForm.File] = file, [MusicForm.Features] = Features() },
    };

    private static OpenApiSchema Features() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What is known of the track, for models with a tabular branch; each is optional.",
        Properties = TabularFeatures.Columns.ToDictionary(column => column, _ => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.Number }),
        AdditionalPropertiesAllowed = false,
        Examples = [new JsonObject { ["tempo"] = 174, ["energy"] = 0.93, ["mode"] = 0 }],
    };

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
