using System.Buffers;
using System.Buffers.Binary;
using GenreCloud.Audio.Decoding;

namespace GenreCloud.Audio.Wav;

/// <summary>
/// Reads a WAV file (RIFF, RF64, BW64) front to back, however long its header claims it to be: what is missing at the end is not there, and a data chunk of
/// size 0 or 4,294,967,295, as programs write that do not know it yet, goes on to the end.
/// </summary>
internal sealed class WavReader(Stream input)
{
    /// <summary>What tells a WAV file: an identifier, a size, a kind.</summary>
    public const int SignatureBytes = 12;

    /// <summary>The extensible format has 40 bytes; some codings that are not read here have a few more.</summary>
    private const int MaxFormatBytes = 4096;

    private const int BlockBytes = 64 * 1024;

    /// <summary>Whether a file begins as one that this reads.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head)
        => head.Length >= SignatureBytes
            && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8))
            && head[8..].StartsWith("WAVE"u8);

    /// <summary>Decodes all.</summary>
    /// <param name="maxDuration">A longer song is refused, as soon as its header or its samples show it.</param>
    /// <exception cref="AudioException">It cannot be read, or is too long, or empty.</exception>
    public async Task<Song> ReadAsync(TimeSpan maxDuration, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var (format, dataBytes) = await ReadHeaderAsync(block, cancellationToken);
            var recording = new SongRecording(format.SampleRate, maxDuration);
            if (dataBytes is { } known)
            {
                recording.CheckLength(known / format.FrameBytes);
            }

            if (block.Length < format.FrameBytes)
            {
                ArrayPool<byte>.Shared.Return(block);
                block = ArrayPool<byte>.Shared.Rent(format.FrameBytes);
            }

            await ReadDataAsync(format, dataBytes ?? long.MaxValue, block, recording, cancellationToken);
            return recording.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Reads up to the first sample.</summary>
    /// <returns>The format, and the size of the data, null where the file does not say.</returns>
    private async Task<(WavFormat Format, long? DataBytes)> ReadHeaderAsync(byte[] block, CancellationToken cancellationToken)
    {
        if (await FillAsync(block.AsMemory(0, SignatureBytes), cancellationToken) < SignatureBytes || !Recognizes(block))
        {
            throw WavFormat.Damaged("it does not begin with RIFF and WAVE");
        }

        WavFormat? format = null;
        while (await FillAsync(block.AsMemory(0, 8), cancellationToken) == 8)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(4));
            if (block.AsSpan().StartsWith("data"u8))
            {
                return (format ?? throw WavFormat.Damaged("its data come before their format"), size is 0 or uint.MaxValue ? null : size);
            }

            if (!block.AsSpan().StartsWith("fmt "u8))
            {
                await SkipAsync(PaddedSize(size), block, cancellationToken);
                continue;
            }

            if (size > MaxFormatBytes)
            {
                throw WavFormat.Damaged($"its format chunk claims to have {size} bytes");
            }

            var chunk = block.AsMemory(0, (int)PaddedSize(size));
            var filled = await FillAsync(chunk, cancellationToken);
            format = WavFormat.Parse(chunk.Span[..Math.Min(filled, (int)size)]);
        }

        throw WavFormat.Damaged("it ends before its data begin");
    }

    private async Task ReadDataAsync(WavFormat format, long dataBytes, byte[] block, SongRecording recording, CancellationToken cancellationToken)
    {
        var blockFrames = block.Length / format.FrameBytes;
        var mono = ArrayPool<float>.Shared.Rent(blockFrames);
        try
        {
            while (dataBytes > 0)
            {
                var wanted = (int)Math.Min(dataBytes, (long)blockFrames * format.FrameBytes);
                var filled = await FillAsync(block.AsMemory(0, wanted), cancellationToken);

                // The last frame may be incomplete.
                var frames = filled / format.FrameBytes;
                format.ToMono(block.AsSpan(0, frames * format.FrameBytes), mono.AsSpan(0, frames));
                recording.Push(mono.AsSpan(0, frames));
                dataBytes = filled < wanted ? 0 : dataBytes - filled;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(mono);
        }
    }

    /// <summary>A chunk of odd size is followed by a byte that is in no size.</summary>
    private static long PaddedSize(uint size) => size + (size & 1L);

    private async Task SkipAsync(long bytes, byte[] block, CancellationToken cancellationToken)
    {
        while (bytes > 0)
        {
            var read = await FillAsync(block.AsMemory(0, (int)Math.Min(bytes, block.Length)), cancellationToken);
            if (read == 0)
            {
                return;
            }

            bytes -= read;
        }
    }

    private ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        => input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
}
