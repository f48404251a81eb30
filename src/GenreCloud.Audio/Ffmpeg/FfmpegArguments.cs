using System.Globalization;

namespace GenreCloud.Audio.Ffmpeg;

/// <summary>
/// What ffmpeg is told: standard input to standard output and nothing else. No protocol but pipes may be opened, so that no file and no address named inside
/// a song is followed; only the listed formats and codings of music are tried.
/// </summary>
/// <remarks>
/// It mixes the channels itself: what decodes to whole numbers (FLAC, ALAC) to their mean, what decodes to floating point (MP3, Vorbis, Opus, AAC) to left plus
/// right times 0.7071, 3 dB above the mean. So were the expected pictures of the clips made; the level shows only where a song is as quiet as the 1e-9
/// that is added to its power.
/// </remarks>
internal static class FfmpegArguments
{
    private static readonly string[] Formats =
    [
        "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "eac3", "flac", "matroska", "mov", "mp3", "mpc", "mpc8", "ogg", "tak", "tta", "w64",
        "webm", "wv",
    ];

    private static readonly string[] Codecs =
    [
        "aac", "aac_latm", "ac3", "alac", "amrnb", "amrwb", "ape", "eac3", "flac", "libopus",
        "libvorbis", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "mpc7", "mpc8", "opus", "pcm_alaw", "pcm_f32be", "pcm_f32le", "pcm_f64be",
        "pcm_f64le", "pcm_mulaw", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le", "pcm_s8", "pcm_u8", "tak", "tta", "vorbis",
        "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2",
    ];

    /// <param name="maxDuration">What comes after it is not decoded.</param>
    /// <param name="maxAllocationBytes">Of one block of memory.</param>
    public static IEnumerable<string> For(TimeSpan maxDuration, long maxAllocationBytes) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-loglevel", "info",
        "-max_alloc", maxAllocationBytes.ToString(CultureInfo.InvariantCulture),
        "-threads", "1",
        "-protocol_whitelist", "pipe",
        "-format_whitelist", string.Join(',', Formats),
        "-codec_whitelist", string.Join(',', Codecs),
        "-vn", "-sn", "-dn",
        "-i", "pipe:0",
        "-map", "0:a:0",
        "-map_metadata", "-1",
        "-t", maxDuration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        "-ac", "1", "-c:a", "pcm_f32le",
        "-f", "wav", "pipe:1",
    ];
}
