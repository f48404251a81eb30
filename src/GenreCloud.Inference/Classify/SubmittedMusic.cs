using GenreCloud.Audio.Windowing;

namespace GenreCloud.Inference.Classify;

/// <summary>What was sent to be classified, as networks see it.</summary>
/// <param name="Windows">Of a song its windows in time order, at least one; of a picture the one that it shows.</param>
/// <param name="IsSong">Whether it came as sound, and so has a timeline.</param>
/// <param name="ReceivedAt">The timestamp at which all of it was there: the picture's last byte, the song's last sample.</param>
internal sealed record SubmittedMusic(IReadOnlyList<SongSpectrogram> Windows, bool IsSong, long ReceivedAt);
