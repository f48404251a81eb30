using System.ComponentModel;
using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Traffic;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace GenreCloud.Inference.Classify;

/// <summary><c>POST /api/classify</c>: a spectrogram in, its genres out.</summary>
internal static class ClassifyApi
{
    private const int DefaultTop = 5;

    public static IEndpointRouteBuilder MapClassify(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/classify", ClassifyAsync)
            .WithName("Classify")
            .WithSummary("Classify a spectrogram")
            .WithDescription("The body is a PNG of a mel spectrogram, 128 mel bands x 1292 frames, low frequencies at the bottom, dark = loud.")
            .WithTags("Classify")
            .AddOpenApiOperationTransformer((operation, _, _) => DescribeBody(operation))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout)
            .WithAdmission();
        return app;
    }

    /// <summary>Described and not declared: a declared type is enforced by routing, with an answer that does not say what to send.</summary>
    private static Task DescribeBody(OpenApiOperation operation)
    {
        var picture = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = RequestImage.MediaTypes.ToDictionary(type => type, _ => picture),
        };
        return Task.CompletedTask;
    }

    private static async Task<Ok<ClassifyResponse>> ClassifyAsync(
        HttpRequest request,
        ModelSelection models,
        RunSlots slots,
        IOptions<InferenceOptions> options,
        [Description("The model; may be left out while only one is registered.")] string? model,
        [Description("A version of it; left out, the alias decides.")] int? version,
        [Description("An alias of it; left out, production.")] string? alias,
        [Description("How many labels to answer, best first; 5 unless given.")] int? top,
        CancellationToken cancellationToken)
    {
        if (top is < 1)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "top is out of range", $"top is {top}; give at least 1.");
        }

        var target = await models.ResolveAsync(model, version, alias, cancellationToken, request.Headers[TrafficApi.StickinessHeader]);
        var span = request.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetModel(target.Model, target.Version);
        var body = await RequestImage.ReadAsync(request, options.Value.MaxRequestBytes, cancellationToken);

        var started = Stopwatch.GetTimestamp();
        using var served = await models.UseAsync(target, cancellationToken);
        span?.SetModel(served.Card);
        using var slot = await slots.EnterAsync(cancellationToken);
        var pixels = new byte[SpectrogramFormat.Pixels];
        Decode(body, pixels);
        var probabilities = served.Predict(pixels, cancellationToken: cancellationToken);
        var predictions = served.Card.Labels
            .Zip(probabilities, (label, probability) => new Prediction(label, probability))
            .OrderByDescending(prediction => prediction.Probability)
            .Take(top ?? DefaultTop)
            .ToArray();
        return TypedResults.Ok(new ClassifyResponse(
            target.Model, target.Version, predictions, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
    }

    private static void Decode(ReadOnlySpan<byte> body, Span<byte> pixels)
    {
        try
        {
            SpectrogramPng.Read(body, pixels);
        }
        catch (PngException exception)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "The body is not a spectrogram",
                $"{exception.Message} Send a PNG of {SpectrogramFormat.Frames} x {SpectrogramFormat.MelBands} pixels (frames x mel bands).");
        }
    }
}
