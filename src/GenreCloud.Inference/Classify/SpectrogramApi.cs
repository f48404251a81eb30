using System.ComponentModel;
using System.Globalization;
using System.Net.Mime;
using GenreCloud.Audio.Windowing;
using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Classify;

/// <summary><c>POST /api/spectrogram</c>: a song in, the picture that is classified out.</summary>
internal static class SpectrogramApi
{
    /// <summary>Where the picture begins in the song, in seconds.</summary>
    public const string StartHeader = "X-Start-Seconds";

    /// <summary>Where the picture ends in the song, in seconds; of a song shorter than a window, which is repeated to fill one, the end of the window.</summary>
    public const string EndHeader = "X-End-Seconds";

    public static IEndpointRouteBuilder MapSpectrogram(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/spectrogram", DrawAsync)
            .WithName("DrawSpectrogram")
            .WithSummary("The spectrogram of a song, as models see it")
            .WithDescription(
                "The body is as of /api/classify. The answer is an 8-bit gray PNG of 128 mel bands, the highest on top, dark is loud; a column is 23 ms. Of a song longer than a window its "
                + "windows side by side, each up to where the next begins and scaled by itself, or one of them. The headers X-Start-Seconds and X-End-Seconds say which part of the song it shows.")
            .WithTags("Classify")
            .AddOpenApiOperationTransformer((operation, _, _) => ClassifyDescription.DescribeSpectrogram(operation))
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Image.Png)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout)
            .WithAdmission();
        return app;
    }

    private static async Task<FileContentHttpResult> DrawAsync(
        HttpRequest request,
        MusicReader reader,
        RunSlots slots,
        IOptions<InferenceOptions> options,
        [Description("Which of the song's segments, from 0; left out, the whole song.")] int? segment,
        CancellationToken cancellationToken)
    {
        var (music, _) = await MusicRequest.ReadAsync(request, reader, options.Value.MaxRequestBytes, cancellationToken);
        using var slot = await slots.EnterAsync(cancellationToken);
        var windows = await music.ToWindowsAsync(cancellationToken);
        var picture = segment is { } number ? SongPicture.Of([RequireSegment(windows, number)]) : SongPicture.Of(windows);
        var headers = request.HttpContext.Response.Headers;
        headers[StartHeader] = Text(picture.Start);
        headers[EndHeader] = Text(picture.End);
        return TypedResults.File(picture.ToPng(), MediaTypeNames.Image.Png);
    }

    private static SongSpectrogram RequireSegment(IReadOnlyList<SongSpectrogram> windows, int number) => number >= 0 && number < windows.Count
        ? windows[number]
        : throw new ProblemException(
            StatusCodes.Status400BadRequest, "Unknown segment", $"The song has the segments 0 to {windows.Count - 1}, as /api/classify lists them; without one the whole song is drawn.");

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
