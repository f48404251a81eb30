using System.Text;
using System.Text.RegularExpressions;

namespace GenreCloud.Audio.Ffmpeg;

/// <summary>The beginning of what ffmpeg wrote to standard error; the rest is read and forgotten.</summary>
internal sealed partial class FfmpegMessages
{
    private const int KeptBytes = 64 * 1024;
    private const int QuotedCharacters = 200;

    private readonly string _text;

    private FfmpegMessages(string text) => _text = text;

    /// <summary>It has recognized a format.</summary>
    public bool HasInput => _text.Contains("Input #0", StringComparison.Ordinal);

    public bool IsOutOfMemory => _text.Contains("Cannot allocate memory", StringComparison.Ordinal);

    /// <summary>There are moving pictures; a cover is none.</summary>
    public bool HasVideo => VideoStream().Matches(_text).Any(stream => !stream.Value.Contains("(attached pic)", StringComparison.Ordinal));

    public bool HasAudio => AudioStream().IsMatch(_text);

    /// <summary>The last line, cut to a length that fits a message.</summary>
    public string LastLine
    {
        get
        {
            var line = _text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("no reason given");
            return line.Length > QuotedCharacters ? line[..QuotedCharacters] : line;
        }
    }

    public static async Task<FfmpegMessages> ReadAsync(Stream errors, CancellationToken cancellationToken)
    {
        var kept = new byte[KeptBytes];
        var count = await errors.ReadAtLeastAsync(kept, KeptBytes, throwOnEndOfStream: false, cancellationToken);
        await errors.CopyToAsync(Stream.Null, cancellationToken);
        return new FfmpegMessages(Encoding.UTF8.GetString(kept, 0, count));
    }

    [GeneratedRegex(@"^\s*Stream #0:\d+.*: Video: .*$", RegexOptions.Multiline)]
    private static partial Regex VideoStream();

    [GeneratedRegex(@"^\s*Stream #0:\d+.*: Audio: ", RegexOptions.Multiline)]
    private static partial Regex AudioStream();
}
