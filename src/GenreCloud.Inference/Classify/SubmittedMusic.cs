using GenreCloud.Audio.Windowing;

namespace GenreCloud.Inference.Classify;

/// <summary>What was sent to be classified.</summary>
/// <param name="ToWindows">
/// Makes of it what networks see: of a song its windows in time order, at least one; of a picture the one that it shows. That is work, for a slot
/// (<see cref="Admission.RunSlots"/>). Throws a <see cref="ServiceDefaults.ProblemException"/> where it cannot be done.
/// </param>
/// <param name="IsSong">Whether it came as sound, and so has a timeline.</param>
/// <param name="ReceivedAt">The timestamp at which all of it was there: the picture's last byte, the song's last sample.</param>
internal sealed record SubmittedMusic(Func<CancellationToken, IReadOnlyList<SongSpectrogram>> ToWindows, bool IsSong, long ReceivedAt);
