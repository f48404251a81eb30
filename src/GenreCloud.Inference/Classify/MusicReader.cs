using System.Buffers;
using System.IO.Pipelines;
using GenreCloud.Audio;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Windowing;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>
/// Reads a picture or a song. Its first bytes say which; what its sender calls it counts only where these do not tell. Songs are decoded while
/// they arrive.
/// </summary>
internal sealed class MusicReader(IOptions<InferenceOptions> options, TimeProvider time)
{
    /// <summary>The pixels of the largest kind of PNG, 16-bit with colours and transparency, take 1.3 MB uncompressed; the rest is room for what programs add.</summary>
    private const int MaxPngBytes = 4 << 20;

    /// <summary>A song is decoded while it arrives, and the largest takes as long over 2 Mbit/s.</summary>
    private static readonly TimeSpan DecodeTimeout = TimeSpan.FromMinutes(5);

    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 64 * 1024, leaveOpen: true);

    private readonly AudioDecoder _decoder = new(
        new AudioDecoderOptions
        {
            MaxFileBytes = options.Value.MaxRequestBytes,
            MaxDuration = options.Value.MaxSongDuration,
            Timeout = DecodeTimeout,
        },
        time);

    /// <summary>Reads a file to its end, or to where it is known to be none.</summary>
    /// <param name="file">Its bytes; stays open.</param>
    /// <param name="contentType">What its sender calls it; null or empty for nothing.</param>
    /// <exception cref="ProblemException">It cannot be classified.</exception>
    public async Task<SubmittedMusic> ReadAsync(Stream file, string? contentType, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(file, ReaderOptions);
        try
        {
            var start = await reader.ReadAtLeastAsync(PngSignature.Length, cancellationToken);
            if (start.Buffer.IsEmpty)
            {
                throw new ProblemException(StatusCodes.Status400BadRequest, "The body is empty", "Send the bytes of a song, or of a spectrogram as PNG.");
            }

            var isPng = start.Buffer.Length >= PngSignature.Length
                && start.Buffer.Slice(0, PngSignature.Length).ToArray().AsSpan().SequenceEqual(PngSignature);
            reader.AdvanceTo(start.Buffer.Start);
            if (isPng)
            {
                return Picture(await ReadPngAsync(reader, cancellationToken));
            }

            RequireSong(contentType);
            return await SongAsync(reader, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "The request cannot be read", $"{exception.Message} It ends before its file does; send it again.", exception);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static async Task<byte[]> ReadPngAsync(PipeReader reader, CancellationToken cancellationToken) =>
        await reader.ReadWholeAsync(MaxPngBytes, cancellationToken)
        ?? throw new ProblemException(
            StatusCodes.Status413PayloadTooLarge,
            "The picture is too large",
            $"A PNG of at most {MaxPngBytes:N0} bytes is read; that of a spectrogram has about 100,000.");

    private SubmittedMusic Picture(byte[] png) => new(_ => [new SongSpectrogram(TimeSpan.Zero, SongWindows.Duration, Decode(png))], IsSong: false, time.GetTimestamp());

    private static byte[] Decode(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        try
        {
            SpectrogramPng.Read(png, pixels);
            return pixels;
        }
        catch (PngException exception)
        {
            throw NoSpectrogram(exception.Message);
        }
    }

    private async Task<SubmittedMusic> SongAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = reader.AsStream(leaveOpen: true);
            var song = await _decoder.DecodeAsync(file, cancellationToken);
            return new SubmittedMusic(stopping => Windows(song, stopping), IsSong: true, time.GetTimestamp());
        }
        catch (AudioException exception)
        {
            throw AudioProblem.Of(exception);
        }
    }

    private static IReadOnlyList<SongSpectrogram> Windows(Song song, CancellationToken cancellationToken)
    {
        try
        {
            return SongSpectrograms.Compute(song, new SongWindowsOptions(), cancellationToken);
        }
        catch (AudioException exception)
        {
            throw AudioProblem.Of(exception);
        }
    }

    /// <summary>Bytes that are no PNG may be a song, unless they are said to be something else.</summary>
    private static void RequireSong(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return;
        }

        if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase))
        {
            throw NoSpectrogram($"Content-Type is {type.MediaType}, and the file does not start as a PNG.");
        }

        if (!MusicMediaTypes.MayBeSong(type))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is of a kind that cannot be classified",
                $"Content-Type is {type.MediaType}; send a song as {string.Join(", ", MusicMediaTypes.Songs)}, or a spectrogram as image/png.");
        }
    }

    private static ProblemException NoSpectrogram(string reason) => new(
        StatusCodes.Status400BadRequest,
        "The body is not a spectrogram",
        $"{reason} Send a PNG of {SpectrogramFormat.Frames} x {SpectrogramFormat.MelBands} pixels (frames x mel bands).");
}
