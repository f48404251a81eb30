namespace GenreCloud.Client.Classify;

/// <summary>The spectrogram of a song or of one of its segments, as models see it.</summary>
/// <param name="Png">8-bit gray, 128 mel bands, the highest on top; dark is loud; a column is 23 ms.</param>
/// <param name="Start">Where it begins, seconds from the song's beginning.</param>
/// <param name="End">Where it ends, seconds from the song's beginning.</param>
public sealed record SongPicture(byte[] Png, double Start, double End);
