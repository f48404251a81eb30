using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>What a song or a picture may be called.</summary>
internal static class MusicMediaTypes
{
    public const string Picture = "image/png";

    /// <summary>Says nothing of the content.</summary>
    public const string Bytes = "application/octet-stream";

    /// <summary>Names of the formats that are promised; senders have others for them, which are taken too.</summary>
    public static IReadOnlyList<string> Songs { get; } = ["audio/wav", "audio/mpeg", "audio/ogg", "audio/opus", "audio/mp4", "audio/flac"];

    /// <summary>
    /// Whether bytes of this name may be sound: audio, Ogg and MP4 under their other names, or what says nothing; the name of a form's
    /// fields too, since curl gives it to everything.
    /// </summary>
    public static bool MayBeSong(MediaTypeHeaderValue type) =>
        type.Type.Equals("audio", StringComparison.OrdinalIgnoreCase)
        || type.Type.Equals("video", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals("application/ogg", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals(Bytes, StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
