using System.Net.Http.Headers;

namespace GenreCloud.Client.Classify;

/// <summary>A song (WAV, MP3, Ogg, Opus, M4A, FLAC) or the PNG of a spectrogram.</summary>
/// <param name="open">Opens it, whenever it is sent; what it gives is disposed then.</param>
/// <param name="name">Its file name, which comes back in a batch.</param>
public sealed class MusicFile(Func<Stream> open, string? name = null)
{
    /// <summary>Its file name.</summary>
    public string? Name { get; } = name;

    /// <summary>Its media type; the service looks at the bytes, and at this only where they do not tell.</summary>
    public string? ContentType { get; init; }

    /// <summary>What is known of the track, for models that take it; null for nothing.</summary>
    public TrackFeatures? Features { get; init; }

    /// <summary>A file of this machine, which is opened when it is sent: a batch may have any number.</summary>
    public static MusicFile At(string path) => new(() => File.OpenRead(path), Path.GetFileName(path));

    /// <summary>A file in memory.</summary>
    public static MusicFile Of(byte[] bytes, string? name = null) => new(() => new MemoryStream(bytes, writable: false), name);

    internal HttpContent ToContent() => new MusicContent(open)
    {
        Headers = { ContentType = MediaTypeHeaderValue.Parse(ContentType ?? "application/octet-stream") },
    };
}
