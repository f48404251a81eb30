using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>Zips as real programs write them.</summary>
public sealed class ZipDirectoryTests
{
    private static readonly byte[] First = "the first"u8.ToArray();
    private static readonly byte[] Second = [.. Enumerable.Repeat("the second, again and again; "u8.ToArray(), 20).SelectMany(bytes => bytes)];

    [Theory]
    [InlineData("genres-train.zip", 526)]
    [InlineData("metal-train.zip", 208)]
    public async Task A_real_archive_has_what_System_IO_Compression_finds(string name, int count)
    {
        using var archive = new FileRandomAccess(SharedData.Require(name));
        await using var reference = await ZipFile.OpenReadAsync(SharedData.Require(name), ZipContents.CancellationToken);

        var contents = await ZipContents.ReadAsync(archive);

        contents.Count.ShouldBe(count);
        await ShouldAgreeAsync(reference, contents);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task Files_come_in_the_order_of_their_place_without_directories(CompressionLevel level)
    {
        var zip = Pack(level, ("b/", []), ("b/two.txt", Second), ("a.txt", First), ("empty", []));

        var contents = await ZipContents.ReadAsync(zip);

        contents.Select(file => file.Name).ShouldBe(["b/two.txt", "a.txt", "empty"]);
        contents.Select(file => file.Content).ShouldBe([Second, First, []]);
    }

    [Fact]
    public async Task An_entry_says_where_it_is()
    {
        var zip = new RawZip(RawEntry.Stored("one", First), RawEntry.Deflated("two", Second)).ToBytes();

        var entries = (await ZipContents.DirectoryAsync(zip)).Entries;

        entries[0].HeaderOffset.ShouldBe(0);
        entries[0].NextOffset.ShouldBe(30 + 3 + First.Length);
        entries[0].Method.ShouldBe(ZipMethod.Stored);
        entries[0].Bytes.ShouldBe(First.Length);
        entries[0].Crc32.ShouldBe(Crc32.HashToUInt32(First));
        entries[1].HeaderOffset.ShouldBe(entries[0].NextOffset);
        entries[1].NextOffset.ShouldBe(entries[1].HeaderOffset + 30 + 3 + entries[1].CompressedBytes);
        entries[1].Method.ShouldBe(ZipMethod.Deflated);
        entries.ShouldAllBe(entry => entry.Fault == null);
    }

    [Fact]
    public async Task Entries_may_be_listed_in_any_order()
    {
        var zip = new RawZip(RawEntry.Stored("one", First), RawEntry.Stored("two", Second)) { IsReversed = true }.ToBytes();

        var contents = await ZipContents.ReadAsync(zip);

        contents.Select(file => file.Name).ShouldBe(["one", "two"]);
        contents.Select(file => file.Content).ShouldBe([First, Second]);
    }

    [Fact]
    public async Task Sizes_may_follow_the_data()
    {
        // A stream that cannot seek makes the writer use descriptors.
        using var zip = new MemoryStream();
        await using (var pipe = new OneWayStream(zip))
        {
            Pack(pipe, CompressionLevel.Optimal, ("one", First), ("two", Second));
        }

        (zip.ToArray()[6] & 8).ShouldBe(8);
        (await ZipContents.ReadAsync(zip.ToArray())).Select(file => file.Content).ShouldBe([First, Second]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(ushort.MaxValue)]
    public async Task A_comment_may_follow_even_one_with_a_signature_in_it(int length)
    {
        var comment = new byte[length];
        if (length > 4)
        {
            "PK\u0005\u0006"u8.CopyTo(comment.AsSpan(length / 2));
        }

        var zip = new RawZip(RawEntry.Stored("one", First)) { Comment = comment }.ToBytes();

        (await ZipContents.ReadAsync(zip)).Single().Content.ShouldBe(First);
    }

    [Fact]
    public async Task Something_may_be_appended()
        => (await ZipContents.ReadAsync([.. new RawZip(RawEntry.Stored("one", First)).ToBytes(), .. "\r\n"u8])).Single().Content.ShouldBe(First);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_before_the_zip_do_not_matter(bool isZip64)
    {
        var zip = new RawZip(RawEntry.Stored("one", First)) { Prefix = new byte[1000], IsZip64 = isZip64 }.ToBytes();

        var directory = await ZipContents.DirectoryAsync(zip);

        directory.Entries.Single().HeaderOffset.ShouldBe(1000);
        (await ZipContents.ReadAsync(zip)).Single().Content.ShouldBe(First);
    }

    [Fact]
    public async Task Bytes_between_the_directory_and_its_end_do_not_matter()
        => (await ZipContents.ReadAsync(new RawZip(RawEntry.Stored("one", First)) { Gap = new byte[50] }.ToBytes())).Single().Content.ShouldBe(First);

    [Fact]
    public async Task A_zip_without_entries_has_none() => (await ZipContents.DirectoryAsync(new RawZip().ToBytes())).Entries.ShouldBeEmpty();

    [Fact]
    public async Task More_than_65535_entries_need_no_zip64_if_their_number_fits_modulo_65536()
    {
        var zip = new RawZip([.. Enumerable.Range(0, 70_000).Select(i => RawEntry.Stored($"{i}", []))]).ToBytes();

        var entries = (await ZipContents.DirectoryAsync(zip)).Entries;

        entries.Count.ShouldBe(70_000);
        entries[^1].Name.ShouldBe("69999");
    }

    [Fact]
    public async Task Many_entries_are_read_in_few_ranges_of_bounded_size()
    {
        var archive = new MemoryRandomAccess(Pack(CompressionLevel.NoCompression, [.. Enumerable.Range(0, 70_000).Select(i => ($"rock/{i:D60}", Array.Empty<byte>()))]));

        var directory = await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken);

        directory.Entries.Count.ShouldBe(70_000);
        archive.LargestRead.ShouldBeLessThanOrEqualTo(4 << 20);
        archive.Reads.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Zip64_values_are_taken_where_the_others_are_all_ones()
    {
        var local = Zip64(Second.Length, Second.Length);
        var zip = new RawZip(
            RawEntry.Stored("one", First),
            RawEntry.Stored("two", Second) with
            {
                Bytes = uint.MaxValue,
                CompressedBytes = uint.MaxValue,
                HeaderOffset = uint.MaxValue,
                Extra = [0x34, 0x12, 1, 0, 7, .. Zip64(Second.Length, Second.Length, 33 + First.Length)],
                LocalExtra = local,
            })
        { IsZip64 = true }.ToBytes();

        (await ZipContents.ReadAsync(zip)).Select(file => file.Content).ShouldBe([First, Second]);
    }

    [Fact]
    public async Task A_full_zip64_field_has_values_that_are_not_wanted_too()
    {
        byte[] full = [1, 0, 28, 0, .. Zip64(Second.Length, Second.Length, 0)[4..], 0, 0, 0, 0];
        var zip = new RawZip(RawEntry.Stored("one", Second) with { HeaderOffset = uint.MaxValue, Extra = full }).ToBytes();

        (await ZipContents.ReadAsync(zip)).Single().Content.ShouldBe(Second);
    }

    [Fact]
    public async Task A_sparse_archive_of_more_than_4_GB_is_read_at_its_ends()
    {
        // 5 GB that take no room: a stored entry of 4.5 GB of zeros, and a picture behind it.
        const long Zeros = 4_500_000_000;
        using var folder = new Sources.TemporaryFolder();
        var path = folder.Write("sparse.zip", []);
        await WriteSparseAsync(path, Zeros);
        using var archive = new FileRandomAccess(path);
        var limits = new ZipLimits();

        var directory = await ZipDirectory.ReadAsync(archive, limits, ZipContents.CancellationToken);

        directory.Entries.Select(entry => (entry.Name, entry.Bytes, entry.Fault))
            .ShouldBe([("zeros", Zeros, ZipEntryFault.TooLarge), ("two", Second.Length, (ZipEntryFault?)null)]);
        directory.Entries[1].HeaderOffset.ShouldBe(Zeros + 30 + 5 + 20);
        var contents = await ZipContents.ReadAsync(archive, limits);
        contents.Select(file => file.Fault).ShouldBe([ZipEntryFault.TooLarge, null]);
        contents[1].Content.ShouldBe(Second);
        await using var reference = await ZipFile.OpenReadAsync(path, ZipContents.CancellationToken);
        reference.Entries[1].Length.ShouldBe(Second.Length);
    }

    [Fact]
    public async Task Names_are_text_in_the_encoding_they_say_or_seem_to_be_in()
    {
        var cp437 = RawEntry.Stored("", First) with { Name = [0x8E, .. "rger.png"u8] };
        var crc = new byte[4];
        Crc32.Hash(cp437.Name, crc);
        byte[] field = [1, .. crc, .. "日本.png"u8];
        byte[] extra = [0x75, 0x70, (byte)field.Length, 0, .. field];
        var stale = (byte[])[.. extra];
        stale[6] ^= 1;
        var zip = new RawZip(
            RawEntry.Stored("plain.png", First),
            RawEntry.Stored("blåbær.png", First) with { Flags = 1 << 11 },
            RawEntry.Stored("blåbær.png", First),
            cp437,
            cp437 with { Extra = extra },
            cp437 with { Extra = stale },
            RawEntry.Stored("../../../etc/passwd", First),
            RawEntry.Stored("C:\\windows\\x", First)).ToBytes();

        (await ZipContents.DirectoryAsync(zip)).Entries.Select(entry => entry.Name).ShouldBe(
            ["plain.png", "blåbær.png", "blåbær.png", "Ärger.png", "日本.png", "Ärger.png", "../../../etc/passwd", "C:\\windows\\x"]);
        (await ZipContents.ReadAsync(zip)).ShouldAllBe(file => file.Fault == null);
    }

    /// <summary>The same names, sizes and bytes as the framework's reader.</summary>
    internal static async Task ShouldAgreeAsync(ZipArchive reference, IReadOnlyList<(string Name, byte[]? Content, ZipEntryFault? Fault)> contents)
    {
        var files = reference.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToArray();
        contents.Select(file => file.Name).ShouldBe(files.Select(entry => entry.FullName));
        foreach (var (entry, file) in files.Zip(contents))
        {
            file.Fault.ShouldBeNull(entry.FullName);
            await using var stream = await entry.OpenAsync(ZipContents.CancellationToken);
            var expected = new byte[entry.Length];
            await stream.ReadExactlyAsync(expected, ZipContents.CancellationToken);
            file.Content.AsSpan().SequenceEqual(expected).ShouldBeTrue(entry.FullName);
        }
    }

    internal static byte[] Pack(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var zip = new MemoryStream();
        Pack(zip, level, files);
        return zip.ToArray();
    }

    internal static void Pack(Stream zip, CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, content) in files)
        {
            var entry = archive.CreateEntry(name, level);
            using var stream = entry.Open();
            stream.Write(content);
        }
    }

    private static byte[] Zip64(params long[] values)
    {
        var field = new byte[4 + (8 * values.Length)];
        field[0] = 1;
        field[2] = (byte)(8 * values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(4 + (8 * i)), values[i]);
        }

        return field;
    }

    private static async Task WriteSparseAsync(string path, long zeros)
    {
        var first = RawEntry.Stored("zeros", []) with { Bytes = uint.MaxValue, CompressedBytes = uint.MaxValue, LocalExtra = Zip64(zeros, zeros), Extra = Zip64(zeros, zeros) };
        var second = RawEntry.Stored("two", Second);
        await using var file = File.OpenWrite(path);
        await using var writer = new BinaryWriter(file);
        RawZip.WriteLocal(writer, first);
        file.Position += zeros;
        var offset = file.Position;
        RawZip.WriteLocal(writer, second);
        var directory = file.Position;
        RawZip.WriteCentral(writer, first, 0);
        RawZip.WriteCentral(writer, second with { HeaderOffset = uint.MaxValue, Extra = Zip64(offset) }, 0);
        var end = file.Position;
        using var tail = new MemoryStream(new RawZip { IsZip64 = true, EntryCount = 2, DirectoryOffset = directory, DirectoryBytes = end - directory, Zip64Offset = end }.ToBytes());
        await tail.CopyToAsync(file, ZipContents.CancellationToken);
    }
}
