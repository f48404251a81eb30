using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using GenreCloud.Modeling.Checkpoints.Pickles;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>
/// The format of <c>torch.save</c> before PyTorch 1.6: five pickles (magic number, protocol version, the writer's system, the object, the
/// list of storage keys), then in the order of that list each storage as its number of elements, int64, and its elements.
/// </summary>
internal static class LegacyFormat
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger MagicNumber = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static bool Recognizes(ReadOnlySpan<byte> file) => file is [(byte)Opcode.Protocol, ..];

    public static SavedObject Read(ReadOnlyMemory<byte> file)
    {
        int position = 0;
        if (Unpickle(file, ref position) is not BigInteger magic || magic != MagicNumber)
        {
            throw new CheckpointException("This is a pickle, but not one of torch.save: its magic number is missing. Save model.state_dict() with torch.save.");
        }

        if (Unpickle(file, ref position) is not ProtocolVersion)
        {
            throw CheckpointException.Refused($"a protocol other than {ProtocolVersion}", position);
        }

        if (Unpickle(file, ref position) is not PickleDictionary system || system["little_endian"] is not true)
        {
            throw CheckpointException.Refused("it was written on a big-endian system; only little-endian files are read", position);
        }

        var machine = new PickleMachine(file, position, file.Length);
        object? root = machine.Run();
        position = machine.Position;
        if (Unpickle(file, ref position) is not PickleList keys)
        {
            throw CheckpointException.Damaged("the storages are not listed", position);
        }

        return new SavedObject(root, ReadStorages(file, position, keys, machine.Storages));
    }

    private static object? Unpickle(ReadOnlyMemory<byte> file, ref int position)
    {
        var machine = new PickleMachine(file, position, file.Length);
        object? value = machine.Run();
        position = machine.Position;
        return value;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadStorages(
        ReadOnlyMemory<byte> file, int position, PickleList keys, IReadOnlyDictionary<string, PickleStorage> declared)
    {
        var storages = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (object? item in keys.Items)
        {
            if (item is not string key || !declared.TryGetValue(key, out var storage) || storages.ContainsKey(key))
            {
                throw CheckpointException.Damaged("a storage is listed that no tensor has, or twice", position);
            }

            var rest = file[position..];
            if (rest.Length < sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(rest.Span) != storage.Count)
            {
                throw CheckpointException.Damaged($"the storage {CheckpointException.Quote(key)} does not have its {storage.Count} elements", position);
            }

            rest = rest[sizeof(long)..];
            if (storage.Count > rest.Length / storage.ElementSize)
            {
                throw CheckpointException.Damaged($"the file ends within the {storage.Count} elements of the storage {CheckpointException.Quote(key)}", file.Length);
            }

            int length = (int)storage.Count * storage.ElementSize;
            storages.Add(key, rest[..length]);
            position += sizeof(long) + length;
        }

        if (storages.Count < declared.Count)
        {
            string missing = declared.Keys.First(key => !storages.ContainsKey(key));
            throw CheckpointException.Damaged($"the storage {CheckpointException.Quote(missing)} is missing", position);
        }

        return position == file.Length ? storages : throw CheckpointException.Damaged($"{file.Length - position} bytes follow the last storage", position);
    }
}
