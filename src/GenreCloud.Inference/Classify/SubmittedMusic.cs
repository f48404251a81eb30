using GenreCloud.Audio.Windowing;
using GenreCloud.Inference.Admission;

namespace GenreCloud.Inference.Classify;

/// <summary>What was sent to be classified: its bytes as they came, until it is disposed.</summary>
/// <param name="toWindows">See <see cref="ToWindowsAsync"/>.</param>
/// <param name="isSong">See <see cref="IsSong"/>.</param>
/// <param name="receivedAt">See <see cref="ReceivedAt"/>.</param>
/// <param name="memory">What the bytes take.</param>
/// <param name="release">Lets the bytes go.</param>
internal sealed class SubmittedMusic(
    Func<CancellationToken, Task<IReadOnlyList<SongSpectrogram>>> toWindows, bool isSong, long receivedAt, BodyShare memory, Action release) : IDisposable
{
    /// <summary>Whether it came as sound, and so has a timeline.</summary>
    public bool IsSong => isSong;

    /// <summary>The timestamp at which its last byte was there.</summary>
    public long ReceivedAt => receivedAt;

    /// <summary>
    /// Makes of it what networks see, once: of a song its windows in time order, at least one; of a picture the one that it shows. To be called inside a slot
    /// (<see cref="RunSlots"/>): it takes a core, for most songs a child process, and 5 MB a minute of the song until it is done.
    /// </summary>
    /// <exception cref="ServiceDefaults.ProblemException">It cannot be classified.</exception>
    public Task<IReadOnlyList<SongSpectrogram>> ToWindowsAsync(CancellationToken cancellationToken) => toWindows(cancellationToken);

    public void Dispose()
    {
        release();
        memory.Dispose();
    }
}
