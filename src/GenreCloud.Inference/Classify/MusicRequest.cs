using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace GenreCloud.Inference.Classify;

/// <summary>A request about one song or spectrogram: its bytes as the body, or a form with it and what is known of the track.</summary>
internal static class MusicRequest
{
    /// <summary>What every endpoint of such requests has in common: admission, and what may be wrong.</summary>
    public static RouteHandlerBuilder TakesMusic(this RouteHandlerBuilder endpoint) =>
        endpoint
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout)
            .WithAdmission();

    /// <exception cref="ProblemException">The body is not one of them, or too large.</exception>
    public static async Task<(SubmittedMusic Music, TrackFeatures? Features)> ReadAsync(
        HttpRequest request, MusicReader reader, long maxBytes, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            return MusicForm.Open(request, maxBytes) is { } form
                ? await ReadAsync(form, ReadFileAsync, cancellationToken)
                : (await ReadFileAsync(request.Body, request.ContentType), null);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "The request body is too large",
                $"At most {maxBytes:N0} bytes are read (Inference:MaxRequestBytes). 30 seconds of a song are enough; many files go to /api/classify/batch.");
        }

        async Task<SubmittedMusic> ReadFileAsync(Stream file, string? contentType)
        {
            var music = await reader.ReadAsync(file, contentType, cancellationToken);

            // Whatever comes of the rest of the request.
            request.HttpContext.Response.RegisterForDispose(music);
            return music;
        }
    }

    private static async Task<(SubmittedMusic Music, TrackFeatures? Features)> ReadAsync(
        MusicForm form, Func<Stream, string?, Task<SubmittedMusic>> readFile, CancellationToken cancellationToken)
    {
        SubmittedMusic? music = null;
        TrackFeatures? features = null;
        while (await form.NextAsync(cancellationToken) is { } part)
        {
            if (part.IsFeatures ? features is not null : music is not null)
            {
                throw Invalid("The form has too many parts", "It has more than one file, or features twice. Send many files to /api/classify/batch.");
            }

            if (part.IsFeatures)
            {
                features = await TrackFeatures.ReadAsync(part.Content, cancellationToken);
            }
            else
            {
                music = await readFile(part.Content, part.ContentType);
            }
        }

        return (music ?? throw Invalid("The form has no file", $"Send the song or the spectrogram as its part \"{MusicForm.File}\"."), features);
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
