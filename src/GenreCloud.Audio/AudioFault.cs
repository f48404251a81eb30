namespace GenreCloud.Audio;

/// <summary>What is wrong with a song, or why it could not be decoded here.</summary>
public enum AudioFault
{
    /// <summary>There is not one byte, or not one sample.</summary>
    Empty,

    /// <summary>The bytes are no audio in a format that can be read: text, a picture, a video, an unknown coding.</summary>
    UnsupportedFormat,

    /// <summary>The file claims a format and breaks its rules, or has samples that are not numbers.</summary>
    Damaged,

    /// <summary>The song is shorter than can be classified.</summary>
    TooShort,

    /// <summary>The song is longer than allowed.</summary>
    TooLong,

    /// <summary>The file has more bytes than allowed, or takes more memory to decode.</summary>
    TooLarge,

    /// <summary>There is nothing to hear.</summary>
    Silent,

    /// <summary>Decoding took longer than allowed.</summary>
    TimedOut,

    /// <summary>The decoder of compressed formats, ffmpeg, is not installed or cannot be started: this machine's fault, not the song's.</summary>
    DecoderMissing,
}
