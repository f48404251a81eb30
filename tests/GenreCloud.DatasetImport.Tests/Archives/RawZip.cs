namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>A zip written field by field, right or wrong as a test needs it.</summary>
internal sealed record RawZip
{
    private const ushort Saturated = ushort.MaxValue;

    public RawZip(params RawEntry[] entries) => Entries = entries;

    public RawEntry[] Entries { get; init; }

    /// <summary>Before the zip; its offsets do not count them.</summary>
    public byte[] Prefix { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    /// <summary>What the end record says of the comment's length, if it is not true.</summary>
    public ushort? CommentBytes { get; init; }

    public long? EntryCount { get; init; }

    public long? DirectoryBytes { get; init; }

    public long? DirectoryOffset { get; init; }

    public ushort Disk { get; init; }

    /// <summary>Write a zip64 record and its locator, and all ones into the end record.</summary>
    public bool IsZip64 { get; init; }

    /// <summary>Where the locator says that the zip64 record is, if it is not true.</summary>
    public long? Zip64Offset { get; init; }

    public uint Disks { get; init; } = 1;

    /// <summary>Whether the directory lists the last entry first.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Between the directory and its end record.</summary>
    public byte[] Gap { get; init; } = [];

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Prefix);
        var offsets = new List<uint>();
        foreach (var entry in Entries)
        {
            offsets.Add((uint)(stream.Position - Prefix.Length));
            WriteLocal(writer, entry);
        }

        var directory = stream.Position - Prefix.Length;
        var headers = Entries.Zip(offsets);
        foreach (var (entry, offset) in IsReversed ? headers.Reverse() : headers)
        {
            WriteCentral(writer, entry, offset);
        }

        var directoryBytes = DirectoryBytes ?? (stream.Position - Prefix.Length - directory);
        directory = DirectoryOffset ?? directory;
        writer.Write(Gap);
        if (IsZip64)
        {
            WriteZip64(writer, stream.Position - Prefix.Length, directory, directoryBytes);
        }

        writer.Write(0x06054B50);
        writer.Write(Disk);
        writer.Write(Disk);
        writer.Write(IsZip64 ? Saturated : (ushort)(EntryCount ?? Entries.Length));
        writer.Write(IsZip64 ? Saturated : (ushort)(EntryCount ?? Entries.Length));
        writer.Write(IsZip64 ? uint.MaxValue : (uint)directoryBytes);
        writer.Write(IsZip64 ? uint.MaxValue : (uint)directory);
        writer.Write(CommentBytes ?? (ushort)Comment.Length);
        writer.Write(Comment);
        return stream.ToArray();
    }

    public static void WriteLocal(BinaryWriter writer, RawEntry entry)
    {
        var name = entry.LocalName ?? entry.Name;
        writer.Write(entry.LocalSignature);
        writer.Write((ushort)20);
        writer.Write(entry.LocalFlags ?? entry.Flags);
        writer.Write(entry.LocalMethod ?? entry.Method);
        writer.Write(0);
        writer.Write(entry.LocalCrc32 ?? entry.Crc32);
        writer.Write(entry.LocalCompressedBytes ?? entry.CompressedBytes ?? (uint)entry.Data.Length);
        writer.Write(entry.LocalBytes ?? entry.Bytes);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)entry.LocalExtra.Length);
        writer.Write(name);
        writer.Write(entry.LocalExtra);
        writer.Write(entry.Data);
        writer.Write(entry.Descriptor);
    }

    public static void WriteCentral(BinaryWriter writer, RawEntry entry, uint offset)
    {
        writer.Write(0x02014B50);
        writer.Write((ushort)20);
        writer.Write((ushort)20);
        writer.Write(entry.Flags);
        writer.Write(entry.Method);
        writer.Write(0);
        writer.Write(entry.Crc32);
        writer.Write(entry.CompressedBytes ?? (uint)entry.Data.Length);
        writer.Write(entry.Bytes);
        writer.Write((ushort)entry.Name.Length);
        writer.Write((ushort)entry.Extra.Length);
        writer.Write((ushort)0);
        writer.Write(entry.Disk);
        writer.Write((ushort)0);
        writer.Write(0);
        writer.Write(entry.HeaderOffset ?? offset);
        writer.Write(entry.Name);
        writer.Write(entry.Extra);
    }

    private void WriteZip64(BinaryWriter writer, long offset, long directory, long directoryBytes)
    {
        writer.Write(0x06064B50);
        writer.Write(44L);
        writer.Write((ushort)45);
        writer.Write((ushort)45);
        writer.Write(0);
        writer.Write(0);
        writer.Write(EntryCount ?? Entries.Length);
        writer.Write(EntryCount ?? Entries.Length);
        writer.Write(directoryBytes);
        writer.Write(directory);
        writer.Write(0x07064B50);
        writer.Write(0);
        writer.Write(Zip64Offset ?? offset);
        writer.Write(Disks);
    }
}
