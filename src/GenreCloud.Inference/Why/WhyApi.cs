using System.ComponentModel;
using GenreCloud.Inference.Classify;
using GenreCloud.Inference.Traffic;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Why;

/// <summary><c>POST /api/classify/why</c>: a song or a spectrogram in, what drove its genre out.</summary>
internal static class WhyApi
{
    public static IEndpointRouteBuilder MapWhy(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/classify/why", ExplainAsync)
            .WithName("ExplainClassification")
            .WithSummary("Tell why a song or a spectrogram has its genre")
            .WithDescription(
                "The body is as of /api/classify. The answer is a heat map, 8 rows of mel bands by 17 columns of time: how much less the label would be believed without each cell. "
                + "Of a song longer than a window one segment is explained.")
            .WithTags("Classify")
            .AddOpenApiOperationTransformer((operation, _, _) => ClassifyDescription.DescribeWhy(operation))
            .TakesMusic();
        return app;
    }

    private static async Task<Ok<Explanation>> ExplainAsync(
        HttpRequest request,
        ModelSelection models,
        MusicReader reader,
        Explainer explainer,
        IOptions<InferenceOptions> options,
        [Description("The model; may be left out while only one is registered.")] string? model,
        [Description("A version of it; left out, the alias decides.")] int? version,
        [Description("An alias of it; left out, production.")] string? alias,
        [Description("The label to explain; left out, the most probable one.")] string? label,
        [Description("Which of the song's segments to explain, from 0; left out, the one with the highest probability of the label.")] int? segment,
        CancellationToken cancellationToken)
    {
        var target = await models.ResolveAsync(model, version, alias, cancellationToken, request.Headers[TrafficApi.StickinessHeader]);
        var span = request.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetModel(target.Model, target.Version);
        var (music, features) = await MusicRequest.ReadAsync(request, reader, options.Value.MaxRequestBytes, cancellationToken);
        return TypedResults.Ok(await explainer.ExplainAsync(target, music, features, label, segment, span, cancellationToken));
    }
}
