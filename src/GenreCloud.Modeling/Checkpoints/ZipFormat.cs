using System.IO.Hashing;
using GenreCloud.Modeling.Checkpoints.Pickles;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>
/// The format of <c>torch.save</c> since PyTorch 1.6: a zip file of stored entries in one folder: the pickle <c>data.pkl</c>, each storage as
/// <c>data/KEY</c>, <c>version</c>, and lately <c>byteorder</c>.
/// </summary>
internal static class ZipFormat
{
    private const string PickleName = "data.pkl";

    public static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith("PK"u8);

    public static SavedObject Read(ReadOnlyMemory<byte> file)
    {
        var entries = StoredZip.ReadEntries(file);
        string[] pickles = [.. entries.Keys.Where(name => name.EndsWith("/" + PickleName, StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length - 1)];
        if (pickles is not [var pickle])
        {
            throw new CheckpointException($"This zip file is no PyTorch checkpoint: it has {pickles.Length} entries FOLDER/{PickleName}, not one. Give a file that torch.save wrote.");
        }

        string folder = pickle[..^PickleName.Length];
        if (entries.ContainsKey(folder + "constants.pkl"))
        {
            throw new CheckpointException("This is a TorchScript program, which is never run. Save model.state_dict() with torch.save.");
        }

        if (entries.TryGetValue(folder + "byteorder", out var byteOrder) && !Checked(file, byteOrder).Span.SequenceEqual("little"u8))
        {
            throw CheckpointException.Refused("it is not little-endian", byteOrder.Start);
        }

        var program = entries[pickle];
        Checked(file, program);
        var machine = new PickleMachine(file, program.Start, program.Start + program.Length);
        object? root = machine.Run();
        if (machine.Position != program.Start + program.Length)
        {
            throw CheckpointException.Damaged("bytes follow the pickle", machine.Position);
        }

        return new SavedObject(root, machine.Storages.ToDictionary(
            entry => entry.Key, entry => Storage(file, entries, folder, entry.Value), StringComparer.Ordinal));
    }

    private static ReadOnlyMemory<byte> Storage(
        ReadOnlyMemory<byte> file, Dictionary<string, StoredEntry> entries, string folder, PickleStorage storage)
    {
        if (!entries.TryGetValue($"{folder}data/{storage.Key}", out var entry))
        {
            throw CheckpointException.Damaged($"the storage {CheckpointException.Quote(storage.Key)} is missing", file.Length);
        }

        return (Int128)storage.Count * storage.ElementSize == entry.Length
            ? Checked(file, entry)
            : throw CheckpointException.Damaged($"the storage {CheckpointException.Quote(storage.Key)} has {entry.Length} bytes, not its {storage.Count} elements", entry.Start);
    }

    private static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> file, StoredEntry entry)
    {
        var bytes = file.Slice(entry.Start, entry.Length);
        return Crc32.HashToUInt32(bytes.Span) == entry.Crc
            ? bytes
            : throw CheckpointException.Damaged("the bytes of a zip entry do not have its checksum", entry.Start);
    }
}
