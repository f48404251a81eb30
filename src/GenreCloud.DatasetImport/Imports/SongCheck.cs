using System.Runtime.InteropServices;
using GenreCloud.Audio;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Windowing;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Makes the spectrograms of songs, one of each: of 29.99 s in its middle, where a song is most itself. A shorter one is repeated until it is so long.
/// </summary>
internal sealed class SongCheck(DatasetImportOptions options, TimeProvider time) : EntryCheck(options.MaxSongBytes, "DatasetImport:MaxSongBytes")
{
    /// <summary>Far more than any song takes, so that a busy machine does not decide what a dataset has.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly AudioDecoder _decoder = new(new AudioDecoderOptions { MaxFileBytes = options.MaxSongBytes, Timeout = Patience }, time);

    protected override async ValueTask<EntryResult> CheckAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!MemoryMarshal.TryGetArray(content, out var bytes))
        {
            throw new ArgumentException("The content lies in no array.", nameof(content));
        }

        try
        {
            using var file = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
            var pixels = SongSpectrograms.ComputeMiddle(await _decoder.DecodeAsync(file, cancellationToken)).Pixels;
            Png = SpectrogramPng.Encode(pixels);
            return Seen(pixels);
        }
        catch (AudioException exception) when (exception.Fault == AudioFault.DecoderMissing)
        {
            throw new ImportFailedException("Songs cannot be decoded on this machine", exception.Message);
        }
        catch (AudioException exception)
        {
            return LeftOut(QuarantineReason.Of(exception.Fault), exception.Message);
        }
    }
}
