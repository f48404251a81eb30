using GenreCloud.Datasets;
using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace GenreCloud.Inference.OpenInference;

/// <summary>Reads the body of an infer request whole, within a limit: its tensors are used where they lie.</summary>
internal static class InferenceRequestBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <param name="share">Counts what is reserved for it: of a body that says its length all at once, of another one what it has grown to.</param>
    /// <exception cref="ProblemException">413 for one over the limit, 429 for one that there is no room for.</exception>
    public static async Task<Memory<byte>> ReadAsync(HttpRequest request, long maxBytes, BodyShare share, CancellationToken cancellationToken)
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

        share.GrowTo(request.ContentLength ?? 0);
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
            share.GrowTo(body.Capacity);
        }

        // Where it lies: of the largest body there is no second one.
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static ProblemException TooLarge(long maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The request body is too large",
        $"At most {maxBytes:N0} bytes are read (Inference:MaxRequestBytes); a spectrogram has {SpectrogramFormat.Pixels:N0} as binary tensor data, and some four times as many as JSON. Send fewer at a time.");
}
