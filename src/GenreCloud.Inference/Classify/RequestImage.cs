using GenreCloud.ServiceDefaults;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>Reads the picture that a request's body is, within a limit.</summary>
internal static class RequestImage
{
    /// <exception cref="ProblemException">415 for another kind of body, 413 for one over the limit, 400 for an empty one.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && !type.MediaType.Equals("image/png", StringComparison.OrdinalIgnoreCase)
            && !type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase))
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
