using GenreCloud.ServiceDefaults;
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

        var body = await RequestBody.ReadAsync(request, maxBytes, cancellationToken);
        return body.Length > 0
            ? body
            : throw new ProblemException(StatusCodes.Status400BadRequest, "The body is empty", "Send the bytes of a spectrogram PNG as the body.");
    }
}
