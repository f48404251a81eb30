using System.Net.Http.Headers;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>A request of a load.</summary>
/// <param name="Path">Where it is posted, relative to the service.</param>
/// <param name="Content">Makes its body.</param>
internal sealed record LoadRequest(string Path, Func<HttpContent> Content)
{
    public static ByteArrayContent File(byte[] bytes, string contentType) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
}
