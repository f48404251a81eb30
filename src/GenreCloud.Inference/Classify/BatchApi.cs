using System.ComponentModel;
using System.Text.Json;
using System.Threading.Channels;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Traffic;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Classify;

/// <summary><c>POST /api/classify/batch</c>: many files in one form, an answer a line.</summary>
internal static class BatchApi
{
    /// <summary>JSON values, one a line.</summary>
    public const string MediaType = "application/x-ndjson";

    public static IEndpointRouteBuilder MapBatch(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/classify/batch", ClassifyAsync)
            .WithName("ClassifyBatch")
            .WithSummary("Classify many songs or spectrograms")
            .WithDescription(
                "The body is a form with the files; features before a file belong to it. Each file gets a line of JSON, in the order of the files, as soon as it is "
                + "answered: an answer as of /api/classify, or the problem with this file, which is no other file's. Where the rest of the request cannot be answered, or "
                + "the time of the header " + RequestDeadline.Header + " is over, the last line says so.")
            .WithTags("Classify")
            .Produces<BatchAnswer>(StatusCodes.Status200OK, MediaType)
            .AddOpenApiOperationTransformer((operation, _, _) => ClassifyDescription.DescribeBatch(operation))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        return app;
    }

    private static async Task ClassifyAsync(
        HttpContext http,
        ModelSelection models,
        BatchClassifier classifier,
        RunSlots slots,
        OpenBatches batches,
        IOptions<InferenceOptions> options,
        [Description("The model; may be left out while only one is registered.")] string? model,
        [Description("A version of it; left out, the alias decides.")] int? version,
        [Description("An alias of it; left out, production. It is looked up once: all files are answered by one version.")] string? alias,
        [Description("How many labels to answer, best first; 5 unless given.")] int? top,
        CancellationToken cancellationToken)
    {
        var labels = ClassifyApi.RequireTop(top);

        // However long it takes, unless the client says otherwise: it has an answer as soon as the first file does.
        using var deadline = RequestDeadline.Of(http, longest: Timeout.InfiniteTimeSpan);

        // Once: a file of a batch that was let in waits its turn, however many others do.
        slots.RequireRoom();
        using var batch = batches.Open();
        var form = MusicForm.Open(http.Request, options.Value.MaxRequestBytes) ?? throw new ProblemException(
            StatusCodes.Status415UnsupportedMediaType,
            "The body is no form",
            $"Content-Type is \"{http.Request.ContentType}\"; send the files as {MusicForm.MediaType}, as curl's -F does. A single file goes to /api/classify.");
        var target = await models.ResolveAsync(model, version, alias, cancellationToken, http.Request.Headers[TrafficApi.StickinessHeader]);
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetModel(target.Model, target.Version);

        // A version that is not served is the request's problem; later ones are a file's.
        (await models.UseAsync(target, cancellationToken)).Dispose();

        // Files are counted and limited one by one.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        // Most clients read nothing before they have sent everything: answers wait in memory for them, so that the files never wait for the answers.
        var answers = Channel.CreateUnbounded<BatchAnswer>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var classifying = classifier.ClassifyAsync(form, target, labels, answers.Writer, deadline);
        try
        {
            await WriteAsync(answers.Reader, http.Response, cancellationToken);
        }
        finally
        {
            await classifying;
        }
    }

    private static async Task WriteAsync(ChannelReader<BatchAnswer> answers, HttpResponse response, CancellationToken cancellationToken)
    {
        await foreach (var answer in answers.ReadAllAsync(cancellationToken))
        {
            if (!response.HasStarted)
            {
                // Not before: what is wrong with the request as a whole is answered otherwise.
                response.ContentType = MediaType;
            }

            await JsonSerializer.SerializeAsync(response.Body, answer, GenreCloudJson.Options, cancellationToken);
            await response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
