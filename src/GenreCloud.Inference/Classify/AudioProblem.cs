using GenreCloud.Audio;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Classify;

/// <summary>What a song's fault is in HTTP.</summary>
internal static class AudioProblem
{
    public static ProblemException Of(AudioException exception)
    {
        var (status, title) = exception.Fault switch
        {
            AudioFault.UnsupportedFormat => (StatusCodes.Status415UnsupportedMediaType, "The file is no song that can be read"),
            AudioFault.TooLarge => (StatusCodes.Status413PayloadTooLarge, "The song is too large"),
            AudioFault.TooLong => (StatusCodes.Status413PayloadTooLarge, "The song is too long"),
            AudioFault.TooShort => (StatusCodes.Status422UnprocessableEntity, "The song is too short"),
            AudioFault.Empty => (StatusCodes.Status422UnprocessableEntity, "There is no sound in the file"),
            AudioFault.Silent => (StatusCodes.Status422UnprocessableEntity, "The song is silent"),
            AudioFault.Damaged => (StatusCodes.Status422UnprocessableEntity, "The song is damaged"),
            AudioFault.TimedOut => (StatusCodes.Status422UnprocessableEntity, "The song takes too long"),

            // To try again does not help: this service has to be given what it lacks.
            AudioFault.DecoderMissing => (StatusCodes.Status501NotImplemented, "Only WAV files can be read here"),
            _ => throw new ArgumentOutOfRangeException(nameof(exception), exception.Fault, "This fault has no status."),
        };
        return new ProblemException(status, title, exception.Message, exception);
    }
}
