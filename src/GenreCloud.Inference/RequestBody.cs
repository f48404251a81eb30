using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace GenreCloud.Inference;

/// <summary>Reads a request's body whole, within a limit.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="ProblemException">413 for one over the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
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
        var buffer = new byte[ChunkBytes];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
            {
                throw TooLarge(maxBytes);
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return body.ToArray();
    }

    private static ProblemException TooLarge(long maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The request body is too large",
        $"At most {maxBytes:N0} bytes are read (Inference:MaxRequestBytes); a spectrogram PNG has about 100,000.");
}
