namespace GenreCloud.Audio.Windowing;

/// <summary>What a network sees of one window of a song.</summary>
/// <param name="Start">Of the window in the song.</param>
/// <param name="End">Of the window in the song; for a song shorter than a window the song's end.</param>
/// <param name="Pixels">uint8 [128,1292], row-major, the highest band in row 0, 0 = loudest, 255 = quietest in this window.</param>
public sealed record SongSpectrogram(TimeSpan Start, TimeSpan End, byte[] Pixels);
