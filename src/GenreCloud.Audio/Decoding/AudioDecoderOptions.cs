using System.ComponentModel.DataAnnotations;

namespace GenreCloud.Audio.Decoding;

/// <summary>How much one song may cost.</summary>
public sealed class AudioDecoderOptions
{
    /// <summary>ffmpeg's path, or its name where it is on the PATH. WAV files are read without it.</summary>
    [Required]
    public string FfmpegPath { get; set; } = "ffmpeg";

    /// <summary>The longest song; a longer one is refused. One minute takes 5 MB of memory.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "10:00:00")]
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>The largest file, in bytes. 20 minutes of 16-bit stereo at 48 kHz have 230 million.</summary>
    [Range(1024, 1L << 30)]
    public long MaxFileBytes { get; set; } = 256L << 20;

    /// <summary>How long decoding one song may take, its arrival included.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Address space of the decoder process in bytes, enforced on Linux. Debian's ffmpeg starts with 300 MB, nearly all of it libraries.</summary>
    [Range(512L << 20, 1L << 36)]
    public long MaxDecoderMemoryBytes { get; set; } = 1L << 30;
}
