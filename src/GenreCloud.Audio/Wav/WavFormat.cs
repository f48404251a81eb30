using System.Buffers.Binary;

namespace GenreCloud.Audio.Wav;

/// <summary>How a WAV file stores its samples.</summary>
/// <param name="SampleRate">In Hz; what the file says, unchecked.</param>
/// <param name="Channels">At least 1.</param>
/// <param name="BytesPerSample">1, 2, 3 or 4 for whole numbers, 4 or 8 for floating-point ones.</param>
/// <param name="IsFloat">IEEE 754, full scale at 1; else whole numbers, those of one byte without a sign.</param>
internal sealed record WavFormat(int SampleRate, int Channels, int BytesPerSample, bool IsFloat)
{
    /// <summary>Bytes of the part of a fmt chunk that every version of the format has.</summary>
    public const int MinChunkBytes = 16;

    private const int Pcm = 1;
    private const int IeeeFloat = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>Where an extensible fmt chunk has its sub-format, whose first two bytes are the real format's number.</summary>
    private const int SubFormatOffset = 24;

    /// <summary>What follows the number in every sub-format that stands for one.</summary>
    private static readonly byte[] SubFormatEnd = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Bytes of one sample of every channel.</summary>
    public int FrameBytes => Channels * BytesPerSample;

    /// <param name="chunk">The content of a fmt chunk.</param>
    /// <exception cref="AudioException">It is damaged, or names a coding other than PCM and floating point.</exception>
    public static WavFormat Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < MinChunkBytes)
        {
            throw Damaged($"its format chunk has {chunk.Length} bytes, and needs {MinChunkBytes}");
        }

        int coding = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (coding == Extensible)
        {
            coding = SubFormat(chunk);
        }

        if (channels == 0)
        {
            throw Damaged("it has no channel");
        }

        // The frame says how wide a sample is stored: 20 bits take 3 bytes, and 24 may take 4. Some writers leave it out.
        var bytes = frameBytes > 0 && frameBytes % channels == 0 ? frameBytes / channels : (bits + 7) / 8;
        var isKnown = coding switch
        {
            Pcm => bytes is >= 1 and <= 4,
            IeeeFloat => bytes is 4 or 8 && bits == bytes * 8,
            _ => throw new AudioException(
                AudioFault.UnsupportedFormat,
                $"The WAV file's coding (format {coding}) cannot be read. Export the song as PCM or floating-point WAV, or as MP3."),
        };
        if (!isKnown || bits == 0 || bits > bytes * 8)
        {
            throw Damaged($"samples of {bits} bits in {bytes} bytes do not exist");
        }

        return new WavFormat((int)Math.Min(sampleRate, int.MaxValue), channels, bytes, coding == IeeeFloat);
    }

    /// <summary>Converts whole frames to mono, the mean of all channels, as librosa does.</summary>
    /// <param name="frames">Some number of frames.</param>
    /// <param name="mono">Gets one sample for each; full scale is 1.</param>
    public void ToMono(ReadOnlySpan<byte> frames, Span<float> mono)
    {
        switch (BytesPerSample, IsFloat)
        {
            case (1, _):
                ToMono<Unsigned8>(frames, mono);
                break;
            case (2, _):
                ToMono<Signed16>(frames, mono);
                break;
            case (3, _):
                ToMono<Signed24>(frames, mono);
                break;
            case (4, false):
                ToMono<Signed32>(frames, mono);
                break;
            case (4, true):
                ToMono<Float32>(frames, mono);
                break;
            default:
                ToMono<Float64>(frames, mono);
                break;
        }
    }

    internal static AudioException Damaged(string what) => new(
        AudioFault.Damaged, $"The WAV file is damaged: {what}. Export the song again.");

    private static int SubFormat(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < SubFormatOffset + 2 + SubFormatEnd.Length)
        {
            throw Damaged($"its extensible format chunk has only {chunk.Length} bytes");
        }

        return chunk.Slice(SubFormatOffset + 2, SubFormatEnd.Length).SequenceEqual(SubFormatEnd)
            ? BinaryPrimitives.ReadUInt16LittleEndian(chunk[SubFormatOffset..])
            : Extensible;
    }

    private void ToMono<TSample>(ReadOnlySpan<byte> frames, Span<float> mono)
        where TSample : struct, IStoredSample
    {
        for (var i = 0; i < mono.Length; i++)
        {
            var frame = frames.Slice(i * FrameBytes, FrameBytes);
            var sum = TSample.Read(frame);
            for (var at = BytesPerSample; at < frame.Length; at += BytesPerSample)
            {
                sum += TSample.Read(frame[at..]);
            }

            mono[i] = sum / Channels;
        }
    }
}
