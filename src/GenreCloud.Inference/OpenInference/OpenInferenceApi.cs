using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenreCloud.Datasets;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Classify;
using GenreCloud.Inference.Serving;
using GenreCloud.Inference.Traffic;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace GenreCloud.Inference.OpenInference;

/// <summary>
/// The Open Inference Protocol, version 2, over HTTP, with its extension for binary tensor data: what clients of KServe, Triton and MLServer speak.
/// Where the protocol leaves the version to the server, the one in production answers.
/// </summary>
internal static class OpenInferenceApi
{
    /// <summary>Where all of it is.</summary>
    public const string Path = "/v2";

    /// <summary>How many bytes of a body are its JSON, where bytes of tensors follow.</summary>
    public const string HeaderLength = "Inference-Header-Content-Length";

    private const string BinaryExtension = "binary_tensor_data";
    private const string Platform = "onnx_onnxv1";
    private const string Version = "/versions/{version}";

    private const string Example =
        """{"id":"42","inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"data":[255,254,251]}],"outputs":[{"name":"probabilities"}]}""";

    public static IEndpointRouteBuilder MapOpenInference(this IEndpointRouteBuilder app)
    {
        var protocol = app.MapGroup(Path).WithTags("Open Inference Protocol v2").WithOpenInferenceErrors();
        protocol.MapGet("/", Server).WithName("ServerMetadata").WithSummary("What the server is");
        protocol.MapGet("/health/live", Live).AllowAnonymous().WithName("ServerLive").WithSummary("Whether the server answers");
        protocol.MapGet("/health/ready", Ready).AllowAnonymous().WithName("ServerReady").WithSummary("Whether models can be asked; .../models/NAME/ready says it of one");
        foreach (var (path, suffix) in ((string, string)[])[("", ""), (Version, "Version")])
        {
            var model = protocol.MapGroup($"/models/{{name}}{path}");
            model.MapGet("/", ModelAsync)
                .WithName($"Model{suffix}Metadata").WithSummary("What a model takes and gives").Produces<OpenInferenceError>(StatusCodes.Status404NotFound);
            model.MapGet("/ready", ModelReadyAsync)
                .WithName($"Model{suffix}Ready").WithSummary("Whether a model can be asked").Produces<OpenInferenceError>(StatusCodes.Status404NotFound);
            model.MapPost("/infer", InferAsync)
                .WithName($"Model{suffix}Infer")
                .WithSummary("Ask a model")
                .WithDescription(
                    "JSON with the inputs' data, or JSON followed by their bytes (" + HeaderLength + "): spectrogram UINT8 [N,128,1292], and for models with a tabular branch tabular FP32 [N,columns], \"NaN\" where missing.")
                .AddOpenApiOperationTransformer((operation, _, _) => DescribeBody(operation))
                .Produces<JsonElement>()
                .Produces<OpenInferenceError>(StatusCodes.Status400BadRequest)
                .Produces<OpenInferenceError>(StatusCodes.Status404NotFound)
                .Produces<OpenInferenceError>(StatusCodes.Status413PayloadTooLarge)
                .Produces<OpenInferenceError>(StatusCodes.Status415UnsupportedMediaType)
                .Produces<OpenInferenceError>(StatusCodes.Status429TooManyRequests)
                .Produces<OpenInferenceError>(StatusCodes.Status503ServiceUnavailable)
                .Produces<OpenInferenceError>(StatusCodes.Status504GatewayTimeout)
                .WithAdmission();
        }

        // Else the web server would answer in a way that clients of the protocol do not read.
        protocol.Map("/{**path}", Unknown).ExcludeFromDescription();
        return app;
    }

    /// <summary>Described and not declared: a declared type is enforced by routing, with an answer that is none of the protocol's.</summary>
    private static Task DescribeBody(OpenApiOperation operation)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [MediaTypeNames.Application.Json] = new()
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Object },
                    Examples = new Dictionary<string, IOpenApiExample>
                    {
                        ["spectrogram"] = new OpenApiExample { Summary = "One spectrogram; its data is shortened here, it has 165,376 numbers", Value = JsonNode.Parse(Example) },
                    },
                },
                [MediaTypeNames.Application.Octet] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        };
        return Task.CompletedTask;
    }

    private static Ok<ServerMetadata> Server() =>
        TypedResults.Ok(new ServerMetadata("GenreCloud", typeof(OpenInferenceApi).Assembly.GetName().Version!.ToString(3), [BinaryExtension]));

    private static Ok<ServerLive> Live() => TypedResults.Ok(new ServerLive(true));

    private static JsonHttpResult<ServerReady> Ready(ProductionModels production) => TypedResults.Json(
        new ServerReady(production.IsReady, production.IsReady),
        statusCode: production.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static async Task<Ok<ModelMetadata>> ModelAsync(
        ModelSelection models, ModelRegistry registry, string name, string? version, CancellationToken cancellationToken)
    {
        var summary = await registry.GetModelAsync(name, cancellationToken);
        var target = await models.ResolveAsync(name, VersionOf(name, version), alias: null, cancellationToken);
        var card = await registry.GetCardAsync(target.Model, target.Version, cancellationToken);
        return TypedResults.Ok(new ModelMetadata(
            name,
            [.. summary.Versions.Select(number => number.ToString(CultureInfo.InvariantCulture))],
            Platform,
            [.. card.Signature.Inputs.Select(TensorMetadata.Of)],
            [.. card.Signature.Outputs.Select(TensorMetadata.Of)],
            new Dictionary<string, string> { ["labels"] = JsonSerializer.Serialize(card.Labels, GenreCloudJson.Options) }));
    }

    private static async Task<JsonHttpResult<ModelReady>> ModelReadyAsync(
        ModelSelection models, string name, string? version, CancellationToken cancellationToken)
    {
        var target = await models.ResolveAsync(name, VersionOf(name, version), alias: null, cancellationToken);
        try
        {
            using var served = await models.UseAsync(target, cancellationToken);
            return TypedResults.Json(new ModelReady(name, true));
        }
        catch (ProblemException exception) when (exception.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return TypedResults.Json(new ModelReady(name, false), statusCode: exception.Status);
        }
    }

    private static async Task<InferenceAnswer> InferAsync(
        HttpRequest http,
        ModelSelection models,
        RunSlots slots,
        BodyMemory memory,
        ServingRates rates,
        TimeProvider time,
        IOptions<InferenceOptions> options,
        string name,
        string? version,
        CancellationToken cancellationToken)
    {
        var headerBytes = HeaderBytesOf(http);
        if (http.Headers.ContentEncoding.Count > 0)
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "The body is compressed", $"Content-Encoding is {http.Headers.ContentEncoding}; send it as it is.");
        }

        var target = await models.ResolveAsync(
            name, VersionOf(name, version), alias: null, cancellationToken, http.Headers[TrafficApi.StickinessHeader]);
        var span = http.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetModel(target.Model, target.Version);
        using var share = memory.Open();
        var body = await InferenceRequestBody.ReadAsync(http, options.Value.MaxRequestBytes, share, cancellationToken);
        var received = time.GetTimestamp();
        using var served = await models.UseAsync(target, cancellationToken);
        span?.SetModel(served.Card);
        using var slot = await slots.EnterAsync(cancellationToken);
        var request = InferenceRequest.Read(body, headerBytes, served.Card.Signature);
        var answers = await RunAsync(served, slot, request, cancellationToken);
        rates.Record(target.Model, target.Version, time.GetElapsedTime(received));
        return new InferenceAnswer(served.Card, request, answers);
    }

    /// <returns>float32 [N,classes] for each of the requested outputs.</returns>
    private static async Task<IReadOnlyList<float[]>> RunAsync(
        ModelUse served, RunSlot slot, InferenceRequest request, CancellationToken cancellationToken)
    {
        var classes = served.Card.Labels.Count;
        string[] names = [.. request.Outputs.Select(output => output.Tensor.Name)];
        var outputs = Array.ConvertAll(names, _ => new float[request.Count * classes]);
        for (var index = 0; index < request.Count; index++)
        {
            if (index > 0)
            {
                await slot.YieldAsync(cancellationToken);
            }

            var pixels = request.Pixels.Slice(index * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels);
            var tabular = request.Tabular.IsEmpty ? default : request.Tabular.Slice(index * served.TabularColumns, served.TabularColumns);
            foreach (var (row, output) in served.Run(names, pixels, tabular, cancellationToken).Zip(outputs))
            {
                if (!row.All(float.IsFinite))
                {
                    throw InferenceRequest.Invalid($"The answer to row {index} is not finite: its tabular values are out of any range that the model can compute with.");
                }

                row.CopyTo(output, index * classes);
            }
        }

        return outputs;
    }

    private static JsonHttpResult<OpenInferenceError> Unknown(HttpRequest request) => OpenInferenceErrors.Of(
        StatusCodes.Status404NotFound, $"There is nothing for {request.Method} at {request.Path}. /openapi/v1.json lists what there is.");

    private static int? VersionOf(string name, string? version) =>
        version is null ? null
            : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new ProblemException(StatusCodes.Status404NotFound, "Unknown model", $"Model '{name}' has no version '{version}': versions are whole numbers.");

    private static int? HeaderBytesOf(HttpRequest request) =>
        !request.Headers.TryGetValue(HeaderLength, out var text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
            : throw InferenceRequest.Invalid($"{HeaderLength} is \"{text}\"; it must be the number of bytes of the JSON.");
}
