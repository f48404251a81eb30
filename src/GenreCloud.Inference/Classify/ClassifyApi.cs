using System.ComponentModel;
using GenreCloud.Inference.Traffic;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Classify;

/// <summary><c>POST /api/classify</c>: a song or a spectrogram in, its genres out.</summary>
internal static class ClassifyApi
{
    public const int DefaultTop = 5;

    public static IEndpointRouteBuilder MapClassify(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/classify", ClassifyAsync)
            .WithName("Classify")
            .WithSummary("Classify a song or a spectrogram")
            .WithDescription(
                "The body is a song of at least 3 s (WAV, MP3, Ogg, Opus, M4A, FLAC), or a PNG of a mel spectrogram, 128 mel bands x 1292 frames, low frequencies at "
                + "the bottom, dark = loud; or a form with one of them as file, and what is known of the track as features.")
            .WithTags("Classify")
            .AddOpenApiOperationTransformer((operation, _, _) => ClassifyDescription.Describe(operation))
            .TakesMusic();
        return app;
    }

    /// <exception cref="ProblemException">It is not one or more.</exception>
    public static int RequireTop(int? top) => top is < 1
        ? throw new ProblemException(StatusCodes.Status400BadRequest, "top is out of range", $"top is {top}; give at least 1.")
        : top ?? DefaultTop;

    private static async Task<Ok<ClassifyResponse>> ClassifyAsync(
        HttpRequest request,
        ModelSelection models,
        MusicReader reader,
        Classifier classifier,
        IOptions<InferenceOptions> options,
        [Description("The model; may be left out while only one is registered.")] string? model,
        [Description("A version of it; left out, the alias decides.")] int? version,
        [Description("An alias of it; left out, production.")] string? alias,
        [Description("How many labels to answer, best first; 5 unless given.")] int? top,
        CancellationToken cancellationToken)
    {
        var labels = RequireTop(top);
        var target = await models.ResolveAsync(model, version, alias, cancellationToken, request.Headers[TrafficApi.StickinessHeader]);
        var span = request.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetModel(target.Model, target.Version);
        var (music, features) = await MusicRequest.ReadAsync(request, reader, options.Value.MaxRequestBytes, cancellationToken);
        return TypedResults.Ok(await classifier.ClassifyAsync(target, music, features, labels, span, hasPlace: false, cancellationToken));
    }
}
