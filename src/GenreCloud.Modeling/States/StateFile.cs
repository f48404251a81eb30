using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.States;

/// <summary>
/// A state as bytes: 8 bytes of name and version, the lengths of header and values as int64, the header in JSON, the tensors' values
/// one after another (row by row, little-endian), and the SHA-256 of all before it.
/// </summary>
internal static class StateFile
{
    /// <summary>A header has 200 bytes a tensor and an epoch.</summary>
    private const int MaxHeaderBytes = 16 << 20;

    private const int HeaderLength = 8;
    private const int ValuesLength = HeaderLength + sizeof(long);
    private const int StartBytes = ValuesLength + sizeof(long);

    private static ReadOnlySpan<byte> Magic => "GCSTATE1"u8;

    /// <summary>Writes a state.</summary>
    /// <param name="header">Describes the tensors.</param>
    /// <param name="tensors">In the header's order.</param>
    public static byte[] Write(StateHeader header, IEnumerable<Tensor> tensors)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, StateJson.Default.StateHeader);
        using var bytes = new MemoryStream();
        bytes.Write(new byte[StartBytes]);
        bytes.Write(json);
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            bytes.Write(tensor.detach().cpu().contiguous().bytes);
        }

        var start = bytes.GetBuffer().AsSpan(0, StartBytes);
        Magic.CopyTo(start);
        BinaryPrimitives.WriteInt64LittleEndian(start[HeaderLength..], json.Length);
        BinaryPrimitives.WriteInt64LittleEndian(start[ValuesLength..], bytes.Length - StartBytes - json.Length);
        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Reads a state to its end, and checks that nothing of it was changed.</summary>
    /// <param name="source">Read from where it stands.</param>
    /// <param name="mostValueBytes">Bytes that the values can have; more are not read into memory.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The header and the tensors' values.</returns>
    /// <exception cref="TrainerStateException">The bytes are not those of a state, or were changed.</exception>
    public static async Task<(StateHeader Header, byte[] Values)> ReadAsync(Stream source, long mostValueBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] start = await ReadAsync(source, StartBytes, hash, cancellationToken);
        if (!start.AsSpan().StartsWith(Magic))
        {
            throw new TrainerStateException("These bytes are not a trainer's state, or one of another version.");
        }

        int headerBytes = Length("header", start.AsSpan(HeaderLength), MaxHeaderBytes);
        int valueBytes = Length("values", start.AsSpan(ValuesLength), mostValueBytes);
        byte[] json = await ReadAsync(source, headerBytes, hash, cancellationToken);
        byte[] values = await ReadAsync(source, valueBytes, hash, cancellationToken);
        byte[] expected = hash.GetHashAndReset();
        byte[] actual = await ReadAsync(source, SHA256.HashSizeInBytes, hash, cancellationToken);
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw new TrainerStateException("The state is damaged: its SHA-256 does not match.");
        }

        return await source.ReadAsync(new byte[1], cancellationToken) == 0
            ? (Parse(json), values)
            : throw new TrainerStateException("The state is damaged: something follows its end.");
    }

    private static int Length(string what, ReadOnlySpan<byte> bytes, long most)
    {
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return length >= 0 && length <= Math.Min(most, Array.MaxLength)
            ? (int)length
            : throw new TrainerStateException($"The state is damaged or of a larger network: {length} bytes of {what} are too many.");
    }

    private static StateHeader Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.StateHeader) ?? throw new JsonException("null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new TrainerStateException($"The state is damaged: its header cannot be read. {exception.Message}", exception);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream source, int count, IncrementalHash hash, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        int read = await source.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken);
        if (read < count)
        {
            throw new TrainerStateException("The state is damaged: it ends too early.");
        }

        hash.AppendData(bytes);
        return bytes;
    }
}
