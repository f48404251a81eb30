namespace GenreCloud.Audio;

/// <summary>A song that cannot be turned into spectrograms. The message is written for the person who sent it.</summary>
public sealed class AudioException(AudioFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public AudioFault Fault { get; } = fault;
}
