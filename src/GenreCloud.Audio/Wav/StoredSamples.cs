using System.Buffers.Binary;

namespace GenreCloud.Audio.Wav;

/// <summary>A way to store one sample in a WAV file. A type for each lets the loop over a song be compiled for it alone.</summary>
internal interface IStoredSample
{
    /// <summary>The sample at the beginning of some bytes; full scale is 1.</summary>
    static abstract float Read(ReadOnlySpan<byte> bytes);
}

internal readonly struct Unsigned8 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => (bytes[0] - 128) / 128f;
}

internal readonly struct Signed16 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f;
}

internal readonly struct Signed24 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => ((bytes[0] << 8) | (bytes[1] << 16) | (bytes[2] << 24)) / 2147483648f;
}

internal readonly struct Signed32 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f;
}

internal readonly struct Float32 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleLittleEndian(bytes);
}

internal readonly struct Float64 : IStoredSample
{
    public static float Read(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes);
}
