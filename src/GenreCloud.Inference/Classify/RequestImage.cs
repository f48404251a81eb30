using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>Reads the picture that a request's body is, within a limit.</summary>
internal static class RequestImage
{
    /// <summary>What a body may call itself; it may also say nothing.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = ["image/png", "application/octet-stream"];

    /// <exception cref="ProblemException">415 for another kind of body, 413 for one over the limit, 400 for an empty one.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && !MediaTypes.Any(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is of a kind that cannot be classified",
                $"Content-Type is {type.MediaType}; send the bytes of a PNG as image/png.");
        }

        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        // Counted here, with a message that names the setting; the server's own limit would come first for a larger one.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
            {
                throw TooLarge(maxBytes);
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return body.Length > 0
            ? body.ToArray()
            : throw new ProblemException(StatusCodes.Status400BadRequest, "The body is empty", "Send the bytes of a spectrogram PNG as the body.");
    }

    private static ProblemException TooLarge(long maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The request body is too large",
        $"At most {maxBytes:N0} bytes are read (Inference:MaxRequestBytes); a spectrogram PNG has about 100,000.");
}
