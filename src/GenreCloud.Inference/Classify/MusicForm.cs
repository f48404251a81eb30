using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>A multipart body, read part by part as it arrives: files, and features where their sender knows any.</summary>
internal sealed class MusicForm
{
    public const string MediaType = "multipart/form-data";

    /// <summary>The name of the part with the features, which otherwise could not be told from a file.</summary>
    public const string Features = "features";

    /// <summary>The name that a file's part has; one that has a file name may have any.</summary>
    public const string File = "file";

    /// <summary>RFC 2046 allows no longer one.</summary>
    private const int MaxBoundaryLength = 70;

    private const int ChunkBytes = 64 * 1024;

    private readonly MultipartReader _parts;
    private readonly long _maxSkippedBytes;
    private readonly byte[] _skipped = new byte[ChunkBytes];
    private Stream _part = Stream.Null;

    private MusicForm(MultipartReader parts, long maxSkippedBytes) => (_parts, _maxSkippedBytes) = (parts, maxSkippedBytes);

    /// <param name="request">Has it as its body.</param>
    /// <param name="maxSkippedBytes">How much of a part that nobody reads is passed over to come to the next one.</param>
    /// <returns>Null for a body of another kind.</returns>
    /// <exception cref="ProblemException">The Content-Type does not tell where parts end.</exception>
    public static MusicForm? Open(HttpRequest request, long maxSkippedBytes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= MaxBoundaryLength } boundary
            ? new MusicForm(new MultipartReader(boundary.ToString(), request.Body), maxSkippedBytes)
            : throw Unreadable($"Its Content-Type needs a boundary of 1 to {MaxBoundaryLength} characters.");
    }

    /// <summary>The next part; what was not read of the one before is skipped. Null after the last.</summary>
    /// <exception cref="ProblemException">
    /// The body is not what RFC 7578 says, or has a part that is neither a file nor features, or one that is too large to be skipped.
    /// </exception>
    public async Task<MusicPart?> NextAsync(CancellationToken cancellationToken)
    {
        MultipartSection? section;
        try
        {
            await SkipAsync(cancellationToken);
            section = await _parts.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Unreadable(exception.Message);
        }

        if (section is null)
        {
            return null;
        }

        _part = section.Body;
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            throw Unreadable("A part has no Content-Disposition.");
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
        return name is Features or File || fileName.HasValue
            ? new MusicPart(name == Features, fileName.HasValue ? fileName.ToString() : null, section.ContentType, section.Body)
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "The form has an unknown field",
                $"\"{name}\" is none. Send the song or the spectrogram as \"{File}\", and what is known of it as \"{Features}\"; model, version, alias and top belong to the address.");
    }

    /// <summary>What is left of the part before: the next one is behind it.</summary>
    private async Task SkipAsync(CancellationToken cancellationToken)
    {
        var skipped = 0L;
        int read;
        while ((read = await _part.ReadAsync(_skipped, cancellationToken)) > 0)
        {
            skipped += read;
            if (skipped > _maxSkippedBytes)
            {
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge,
                    "A part of the form is far too large",
                    $"More than {_maxSkippedBytes:N0} bytes follow of a part that is refused; what comes behind it is not read.");
            }
        }
    }

    private static ProblemException Unreadable(string reason) => new(
        StatusCodes.Status400BadRequest, "The multipart body cannot be read", $"{reason} Send it as {MediaType} (RFC 7578), as curl's -F does.");
}

/// <summary>A part of a form.</summary>
/// <param name="IsFeatures">Whether it has features, and else a file.</param>
/// <param name="FileName">As its sender named it; null when nameless.</param>
/// <param name="ContentType">As its sender calls it.</param>
/// <param name="Content">To be read before the next part.</param>
internal sealed record MusicPart(bool IsFeatures, string? FileName, string? ContentType, Stream Content);
