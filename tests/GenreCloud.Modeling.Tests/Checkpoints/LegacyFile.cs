using System.Text;

namespace GenreCloud.Modeling.Tests.Checkpoints;

/// <summary>Writes legacy checkpoints by hand, the ones above all that PyTorch would never write.</summary>
internal static class LegacyFile
{
    /// <summary>The magic number, the protocol version and the writer's system.</summary>
    public static byte[] Header { get; } = Bytes(
        new byte[] { 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19 }, ".",
        Protocol, "M", new byte[] { 0xe9, 0x03 }, ".",
        Protocol, "}", Text("little_endian"), True, "s.");

    public static byte[] Protocol => [0x80, 2];

    public static byte[] True => [0x88];

    public static byte[] False => [0x89];

    /// <summary>A file whose object is made by a pickle, with one storage "s" of float32.</summary>
    /// <param name="pickle">The object's opcodes, without protocol and stop.</param>
    /// <param name="elements">Elements that are stored.</param>
    public static byte[] With(byte[] pickle, int elements = 4) => Bytes(
        Header, Protocol, pickle, ".",
        Protocol, "]", Text("s"), "a.",
        BitConverter.GetBytes((long)elements), new byte[4 * elements]);

    /// <summary>A file whose object is made by a pickle, without storages.</summary>
    public static byte[] WithPlain(byte[] pickle) => Bytes(Header, Protocol, pickle, ".", Protocol, "].");

    /// <summary>A state dict with one tensor "w" of the storage "s".</summary>
    public static byte[] WithTensor(long[] shape, long[] strides, long offset = 0, long declared = 4, int elements = 4) =>
        With(Bytes("}", Text("w"), Tensor(shape, strides, offset, declared), "s"), elements);

    /// <summary>A state dict of contiguous tensors, each with a storage of its own.</summary>
    /// <param name="tensors">Name, storage type (<c>FloatStorage</c>), shape and elements, little-endian.</param>
    public static byte[] WithState(params IReadOnlyList<(string Name, string StorageType, long[] Shape, byte[] Data)> tensors)
    {
        static long Count(long[] shape) => shape.Aggregate(1L, (count, size) => count * size);

        static long[] Strides(long[] shape) => [.. shape.Select((_, dimension) => Count(shape[(dimension + 1)..]))];

        return Bytes(
            [
                Header, Protocol, "}",
                .. tensors.Select(tensor => Bytes(
                    Text(tensor.Name), Tensor(tensor.Shape, Strides(tensor.Shape), 0, Count(tensor.Shape), tensor.Name, tensor.StorageType), "s")),
                ".", Protocol, "]", .. tensors.Select(tensor => Bytes(Text(tensor.Name), "a")), ".",
                .. tensors.Select(tensor => Bytes(BitConverter.GetBytes(Count(tensor.Shape)), tensor.Data)),
            ]);
    }

    public static byte[] Tensor(
        long[] shape, long[] strides, long offset = 0, long declared = 4, string storage = "s", string storageType = "FloatStorage") => Bytes(
        Global("torch._utils", "_rebuild_tensor_v2"),
        "((", Text("storage"), Global("torch", storageType), Text(storage), Text("cpu"), Number(declared), "NtQ",
        Number(offset), Numbers(shape), Numbers(strides), False, Global("collections", "OrderedDict"), ")R", "tR");

    public static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Bytes("X", BitConverter.GetBytes(utf8.Length), utf8);
    }

    public static byte[] Number(long number) => [0x8a, sizeof(long), .. BitConverter.GetBytes(number)];

    public static byte[] Numbers(long[] numbers) => Bytes("(", numbers.SelectMany(Number).ToArray(), "t");

    public static byte[] Global(string module, string name) => Bytes($"c{module}\n{name}\n");

    /// <summary>The same bytes many times.</summary>
    public static byte[] Repeat(byte[] bytes, int times) => [.. Enumerable.Repeat(bytes, times).SelectMany(part => part)];

    /// <summary>Joins bytes and opcodes, which are written as Latin-1 text.</summary>
    public static byte[] Bytes(params object[] parts) =>
        [.. parts.SelectMany(part => part as byte[] ?? Encoding.Latin1.GetBytes((string)part))];
}
