using System.Runtime.CompilerServices;
using GenreCloud.Audio.Ffmpeg;
using GenreCloud.Audio.Mp4;
using GenreCloud.Audio.Wav;

namespace GenreCloud.Audio.Decoding;

/// <summary>
/// Decodes songs to mono at 22,050 Hz, with the source project's resampler of 2020. WAV is read here, its channels averaged; everything else by ffmpeg.
/// Safe for concurrent use.
/// </summary>
public sealed class AudioDecoder(AudioDecoderOptions options, TimeProvider time)
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Decodes a whole song; what its name or its sender calls it plays no part.</summary>
    /// <param name="file">Is read to its end, or as far as the song is decoded; it need not be seekable, and stays open.</param>
    /// <exception cref="AudioException">It is no song, is damaged beyond use, or exceeds a limit. A file that breaks off gives what is there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the decoder process is dead.</exception>
    public async Task<Song> DecodeAsync(Stream file, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await DecodeAsync(new SongStream(file, options.MaxFileBytes), ended.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw FfmpegProcess.TimedOut();
        }
    }

    private async Task<Song> DecodeAsync(SongStream file, CancellationToken cancellationToken)
    {
        var head = await file.PeekAsync(WavReader.SignatureBytes, cancellationToken);
        if (head.IsEmpty)
        {
            throw new AudioException(AudioFault.Empty, "The file is empty. Send a song.");
        }

        if (WavReader.Recognizes(head.Span))
        {
            return await new WavReader(file).ReadAsync(options.MaxDuration, cancellationToken);
        }

        using var ffmpeg = FfmpegProcess.Start(options);
        return await ffmpeg.DecodeAsync(
            StreamableMp4.Recognizes(head.Span) ? ArrangedAsync(file, cancellationToken) : PiecesAsync(file, cancellationToken), cancellationToken);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        SongStream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        int read;
        while ((read = await file.ReadAsync(piece, cancellationToken)) > 0)
        {
            yield return piece.AsMemory(0, read);
        }
    }

    /// <summary>An MP4 is kept in memory until it is whole: what it is made of stands at its end.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ArrangedAsync(
        SongStream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await file.CopyToAsync(whole, cancellationToken);
        foreach (var part in StreamableMp4.Arrange(whole.GetBuffer().AsMemory(0, (int)whole.Length)))
        {
            yield return part;
        }
    }
}
