using System.Buffers;
using System.IO.Pipelines;
using GenreCloud.Audio;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Windowing;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Classify;

/// <summary>
/// Reads a picture or a song. Its first bytes say which; what its sender calls it counts only where these do not tell. What arrived is kept as it came, and
/// decoded when its turn to be computed has come: then there is one decoder a slot, however many wait.
/// </summary>
internal sealed class MusicReader(IOptions<InferenceOptions> options, BodyMemory memory, TimeProvider time)
{
    /// <summary>The pixels of the largest kind of PNG, 16-bit with colours and transparency, take 1.3 MB uncompressed; the rest is room for what programs add.</summary>
    private const int MaxPngBytes = 4 << 20;

    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 64 * 1024, leaveOpen: true);

    private readonly AudioDecoder _decoder = new(
        new AudioDecoderOptions
        {
            MaxFileBytes = options.Value.MaxRequestBytes,
            MaxDuration = options.Value.MaxSongDuration,

            // A file of a batch, which has no deadline, holds a slot no longer than a request does.
            Timeout = options.Value.MaxRequestDuration,
        },
        time);

    /// <summary>Reads a file to its end, or to where it is known to be none.</summary>
    /// <param name="file">Its bytes; stays open.</param>
    /// <param name="contentType">What its sender calls it; null or empty for nothing.</param>
    /// <exception cref="ProblemException">It cannot be classified, or there is no room for it.</exception>
    public async Task<SubmittedMusic> ReadAsync(Stream file, string? contentType, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(file, ReaderOptions);
        var share = memory.Open();
        var isKept = false;
        try
        {
            var music = await ReadAsync(reader, contentType, share, cancellationToken);
            isKept = true;
            return music;
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "The request cannot be read", $"{exception.Message} It ends before its file does; send it again.", exception);
        }
        finally
        {
            if (!isKept)
            {
                await reader.CompleteAsync();
                share.Dispose();
            }
        }
    }

    private async Task<SubmittedMusic> ReadAsync(PipeReader reader, string? contentType, BodyShare share, CancellationToken cancellationToken)
    {
        var start = await reader.ReadAtLeastAsync(PngSignature.Length, cancellationToken);
        if (start.Buffer.IsEmpty)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "The body is empty", "Send the bytes of a song, or of a spectrogram as PNG.");
        }

        var isPng = start.Buffer.Length >= PngSignature.Length
            && start.Buffer.Slice(0, PngSignature.Length).ToArray().AsSpan().SequenceEqual(PngSignature);
        reader.AdvanceTo(start.Buffer.Start);
        if (!isPng)
        {
            RequireSong(contentType);
        }

        if (!await TryReadWholeAsync(reader, isPng ? MaxPngBytes : options.Value.MaxRequestBytes, share, cancellationToken))
        {
            throw isPng
                ? TooLarge("The picture is too large", $"A PNG of at most {MaxPngBytes:N0} bytes is read; that of a spectrogram has about 100,000.")
                : TooLarge("The song is too large", $"At most {options.Value.MaxRequestBytes:N0} bytes are read (Inference:MaxRequestBytes). Send a part of the song, or a compressed file.");
        }

        return new SubmittedMusic(
            isPng ? stopping => PictureAsync(reader, stopping) : stopping => SongAsync(reader, stopping), !isPng, time.GetTimestamp(), share, () => reader.Complete());
    }

    /// <summary>Waits for the end of a file, which stays in the reader.</summary>
    /// <returns>Whether it has no more bytes than that.</returns>
    private static async Task<bool> TryReadWholeAsync(PipeReader reader, long maxBytes, BodyShare share, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > maxBytes)
            {
                return false;
            }

            share.GrowTo(read.Buffer.Length);
            if (read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start);
                return true;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task<IReadOnlyList<SongSpectrogram>> PictureAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var png = (await reader.ReadAsync(cancellationToken)).Buffer.ToArray();
        var pixels = new byte[SpectrogramFormat.Pixels];
        try
        {
            SpectrogramPng.Read(png, pixels);
            return [new SongSpectrogram(TimeSpan.Zero, SongWindows.Duration, pixels)];
        }
        catch (PngException exception)
        {
            throw NoSpectrogram(exception.Message);
        }
    }

    private async Task<IReadOnlyList<SongSpectrogram>> SongAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = reader.AsStream(leaveOpen: true);
            var song = await _decoder.DecodeAsync(file, cancellationToken);
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

    private static ProblemException TooLarge(string title, string detail) => new(StatusCodes.Status413PayloadTooLarge, title, detail);

    private static ProblemException NoSpectrogram(string reason) => new(
        StatusCodes.Status400BadRequest,
        "The body is not a spectrogram",
        $"{reason} Send a PNG of {SpectrogramFormat.Frames} x {SpectrogramFormat.MelBands} pixels (frames x mel bands).");
}
