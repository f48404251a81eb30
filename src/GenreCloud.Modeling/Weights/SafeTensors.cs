using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using GenreCloud.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Weights;

/// <summary>
/// Tensors by name in the safetensors format (https://huggingface.co/docs/safetensors): the header's length as 8 little-endian bytes, a
/// header in JSON with the type, the shape and the place of each tensor, and the values, row by row, without a gap. Such a file is only
/// data; nothing in it can be run. Read are 32-bit floats and 64-bit integers, what a network's parameters and buffers are made of.
/// </summary>
public sealed class SafeTensors
{
    private const int LengthBytes = sizeof(long);

    /// <summary>A header has 100 to 200 bytes a tensor.</summary>
    private const int MaxHeaderBytes = 1 << 20;

    private const int MaxDimensions = 8;

    /// <summary>Readers may map the file into memory: values of up to 8 bytes then lie where a processor wants them.</summary>
    private const int Alignment = 8;

    private const string Metadata = "__metadata__";

    private SafeTensors(IReadOnlyDictionary<string, CheckpointTensor> tensors) => Tensors = tensors;

    /// <summary>The tensors by name (<c>rnn.gru.weight_ih_l0</c>); their values are a part of the file's memory.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; }

    /// <summary>Writes a network's parameters and buffers under their PyTorch names; the same weights give the same bytes.</summary>
    public static byte[] Write(SpectrogramNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);

        // Larger elements first, so that every tensor is aligned; then by name.
        var tensors = network.state_dict()
            .OrderByDescending(entry => entry.Value.element_size()).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .ToArray();
        using var file = new MemoryStream();
        file.Write(new byte[LengthBytes]);
        WriteHeader(file, tensors);
        while (file.Length % Alignment != 0)
        {
            file.WriteByte((byte)' ');
        }

        BinaryPrimitives.WriteInt64LittleEndian(file.GetBuffer(), file.Length - LengthBytes);
        foreach (var (_, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            file.Write(tensor.detach().cpu().contiguous().bytes);
        }

        return file.ToArray();
    }

    /// <summary>Reads a file, and trusts nothing in it.</summary>
    /// <param name="file">The whole file. Tensors refer to it: it must not change afterwards.</param>
    /// <exception cref="WeightsException">It is not of the format, or has other tensors than are read.</exception>
    public static SafeTensors Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < LengthBytes)
        {
            throw WeightsException.Damaged($"they have {file.Length} bytes, too few for a header");
        }

        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerBytes > MaxHeaderBytes || (int)headerBytes > file.Length - LengthBytes)
        {
            throw WeightsException.Damaged($"a header of {headerBytes} bytes does not fit: there are {file.Length - LengthBytes}, and at most {MaxHeaderBytes} are read");
        }

        var values = file[(LengthBytes + (int)headerBytes)..];
        try
        {
            using var header = JsonDocument.Parse(file.Slice(LengthBytes, (int)headerBytes), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            var tensors = header.RootElement.EnumerateObject()
                .Where(entry => entry.Name != Metadata)
                .Select(entry => (entry.Name, Entry: TensorEntry.Read(entry)))
                .ToArray();
            RequireWhole(tensors.Select(tensor => tensor.Entry), values.Length);
            return new SafeTensors(tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Entry.In(values), StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw WeightsException.Damaged($"their header is not that of a safetensors file. {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static void WriteHeader(Stream destination, KeyValuePair<string, Tensor>[] tensors)
    {
        using var header = new Utf8JsonWriter(destination);
        header.WriteStartObject();
        header.WriteStartObject(Metadata);
        header.WriteString("format", "pt");
        header.WriteEndObject();
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            header.WriteStartObject(name);
            header.WriteString("dtype", TensorEntry.TypeName(tensor.dtype));
            header.WriteStartArray("shape");
            foreach (var size in tensor.shape)
            {
                header.WriteNumberValue(size);
            }

            header.WriteEndArray();
            header.WriteStartArray("data_offsets");
            header.WriteNumberValue(offset);
            header.WriteNumberValue(offset += tensor.numel() * tensor.element_size());
            header.WriteEndArray();
            header.WriteEndObject();
        }

        header.WriteEndObject();
    }

    /// <summary>The tensors cover the values from the first to the last byte, and none twice.</summary>
    private static void RequireWhole(IEnumerable<TensorEntry> tensors, long bytes)
    {
        long end = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            if (tensor.Start != end)
            {
                throw WeightsException.Damaged(string.Create(CultureInfo.InvariantCulture, $"the tensor before byte {end} of the values ends there, and the next one begins at byte {tensor.Start}"));
            }

            end = tensor.End;
        }

        if (end != bytes)
        {
            throw WeightsException.Damaged(string.Create(CultureInfo.InvariantCulture, $"the tensors have {end} bytes, and the file has values of {bytes}"));
        }
    }

    /// <summary>A tensor as the header describes it.</summary>
    /// <param name="Start">Its first byte within the values.</param>
    /// <param name="End">The byte after its last.</param>
    private sealed record TensorEntry(ScalarType Type, long[] Shape, long Start, long End)
    {
        public static string TypeName(ScalarType type) => type switch
        {
            ScalarType.Float32 => "F32",
            ScalarType.Int64 => "I64",
            _ => throw new NotSupportedException($"Weights of type {type} are not written."),
        };

        /// <exception cref="WeightsException">It contradicts itself, or is of a type that is not read.</exception>
        public static TensorEntry Read(JsonProperty property)
        {
            var name = CheckpointException.Quote(property.Name);
            var type = property.Value.GetProperty("dtype").GetString() switch
            {
                "F32" => ScalarType.Float32,
                "I64" => ScalarType.Int64,
                var other => throw new WeightsException($"The weights have {name} of type {CheckpointException.Quote(other ?? "null")}; only F32 and I64 are read."),
            };
            var shape = Numbers(property.Value.GetProperty("shape"));
            var offsets = Numbers(property.Value.GetProperty("data_offsets"));
            if (shape.Length > MaxDimensions || offsets.Length != 2 || shape.Concat(offsets).Any(number => number < 0))
            {
                throw WeightsException.Damaged($"the shape or the place of {name} cannot be");
            }

            var size = shape.Aggregate((Int128)ElementSize(type), (product, length) => checked(product * length));
            return size == (Int128)offsets[1] - offsets[0]
                ? new TensorEntry(type, shape, offsets[0], offsets[1])
                : throw WeightsException.Damaged(string.Create(CultureInfo.InvariantCulture, $"{name} of shape [{string.Join(',', shape)}] has {(Int128)offsets[1] - offsets[0]} bytes"));
        }

        public CheckpointTensor In(ReadOnlyMemory<byte> values) => new(Type, [.. Shape], values[(int)Start..(int)End]);

        private static int ElementSize(ScalarType type) => type == ScalarType.Int64 ? sizeof(long) : sizeof(float);

        private static long[] Numbers(JsonElement array) =>
            [.. array.EnumerateArray().Select(number => number.TryGetInt64(out var value) ? value : throw new JsonException($"{number} is no 64-bit integer."))];
    }
}
