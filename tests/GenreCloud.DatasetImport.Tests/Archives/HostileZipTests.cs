using System.Buffers.Binary;
using System.Text;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>Archives that are refused as a whole.</summary>
[Trait("Category", "Security")]
public sealed class HostileZipTests
{
    private static readonly RawEntry One = RawEntry.Stored("one.png", "content one"u8.ToArray());
    private static readonly RawEntry Two = RawEntry.Deflated("two.png", new byte[1000]);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("<!DOCTYPE html><html><body>Quota exceeded. Please try again in twenty-four hours.</body></html>")]
    public async Task What_is_no_zip_is_called_so(string text)
    {
        var refusal = await ZipContents.RefusalAsync(Encoding.UTF8.GetBytes(text));

        refusal.Title.ShouldBe("The source is not a zip");
        refusal.Detail.ShouldStartWith("test.zip ");
    }

    [Fact]
    public async Task Every_shorter_zip_is_truncated()
    {
        var zip = new RawZip(One, Two).ToBytes();
        for (var length = 2; length < zip.Length; length++)
        {
            (await ZipContents.RefusalAsync(zip[..length])).Title.ShouldBe("The zip is truncated", $"{length} bytes");
        }
    }

    [Fact]
    public async Task A_truncated_comment_is_a_truncated_zip()
        => (await ZipContents.RefusalAsync(new RawZip(One) { Comment = new byte[10], CommentBytes = 11 }.ToBytes())).Title.ShouldBe("The zip is truncated");

    public static TheoryData<string> Lies => [.. LyingZips.Keys];

    private static Dictionary<string, RawZip> LyingZips => new()
    {
        ["fewer entries than there are"] = new RawZip(One, Two) { EntryCount = 1 },
        ["more entries than there are"] = new RawZip(One, Two) { EntryCount = 3 },
        ["more zip64 entries than there are"] = new RawZip(One, Two) { EntryCount = 3, IsZip64 = true },
        ["a zip64 count modulo 65536"] = new RawZip(One, Two) { EntryCount = 65538, IsZip64 = true },
        ["a negative zip64 count"] = new RawZip(One, Two) { EntryCount = -1, IsZip64 = true },
        ["a directory beyond the end"] = new RawZip(One, Two) { DirectoryOffset = 100_000 },
        ["a directory that is larger than the file"] = new RawZip(One, Two) { DirectoryBytes = 100_000 },
        ["a directory that ends within a header"] = new RawZip(One, Two) { DirectoryBytes = 70 },
        ["a directory of 3 bytes"] = new RawZip(One, Two) { DirectoryBytes = 3 },
        ["a directory at a negative offset"] = new RawZip(One, Two) { DirectoryOffset = -1, IsZip64 = true },
        ["a directory of negative length"] = new RawZip(One, Two) { DirectoryBytes = long.MinValue, IsZip64 = true },
        ["a directory in an entry"] = new RawZip(One, Two) { DirectoryOffset = 3, Gap = new byte[5] },
        ["all ones without a zip64 record"] = new RawZip(One, Two) { DirectoryBytes = uint.MaxValue, DirectoryOffset = uint.MaxValue, EntryCount = ushort.MaxValue },
        ["a size without its zip64 field"] = new RawZip(One with { Bytes = uint.MaxValue }),
        ["an offset without its zip64 field"] = new RawZip(One with { HeaderOffset = uint.MaxValue }),
        ["a zip64 field that is too short"] = new RawZip(One with { Bytes = uint.MaxValue, Extra = [1, 0, 4, 0, 1, 2, 3, 4] }),
        ["a zip64 field that leaves the header"] = new RawZip(One with { Bytes = uint.MaxValue, Extra = [1, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8] }),
        ["a negative zip64 size"] = new RawZip(One with { Bytes = uint.MaxValue, Extra = [1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 0x80] }),
        ["a zip64 offset that wraps around with the prefix"] = new RawZip(
            One with { HeaderOffset = uint.MaxValue, Extra = [1, 0, 8, 0, 255, 255, 255, 255, 255, 255, 255, 127] }) { Prefix = new byte[100] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Counts_and_sizes_that_lie_are_refused(string lie)
    {
        var refusal = await ZipContents.RefusalAsync(LyingZips[lie].ToBytes());

        refusal.Title.ShouldBe("The zip is truncated or damaged");
        refusal.Detail.ShouldStartWith("The directory of test.zip cannot be read: ");
        refusal.Detail.ShouldEndWith(" Download it again and compare its size with the original's.");
    }

    [Fact]
    public async Task A_locator_that_points_nowhere_is_refused()
    {
        // Its record is damaged too, so that it is not found before the locator either.
        var zip = new RawZip(One) { IsZip64 = true, Zip64Offset = 5 }.ToBytes();
        zip[^(22 + 20 + 56)] ^= 1;

        (await ZipContents.RefusalAsync(zip)).Detail.ShouldContain("a zip64 record that is not there");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task A_locator_that_leaves_the_file_is_not_followed(long offset)
        => (await ZipContents.DirectoryAsync(new RawZip(One) { IsZip64 = true, Zip64Offset = offset }.ToBytes())).Entries.Count.ShouldBe(1);

    public static TheoryData<string> Parts => [.. PartZips.Keys];

    private static Dictionary<string, RawZip> PartZips => new()
    {
        ["the end is on disk 1"] = new RawZip(One) { Disk = 1 },
        ["the locator has two disks"] = new RawZip(One) { IsZip64 = true, Disks = 2 },
        ["an entry is on disk 1"] = new RawZip(One with { Disk = 1 }),
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task A_part_of_several_is_refused(string part)
        => (await ZipContents.RefusalAsync(PartZips[part].ToBytes())).Title.ShouldBe("The zip is one part of several");

    [Fact]
    public async Task Entries_that_share_their_data_are_refused()
    {
        // Fifield, "A better zip bomb" (2019): many directory entries, one body.
        var zip = new RawZip(Two, Two with { HeaderOffset = 0 }, Two with { HeaderOffset = 0 }).ToBytes();

        var refusal = await ZipContents.RefusalAsync(zip);

        refusal.Title.ShouldBe("The zip has entries that overlap");
        refusal.Detail.ShouldContain("\"two.png\"");
    }

    [Fact]
    public async Task A_better_zip_bomb_is_refused()
    {
        // The same paper's second: each entry's deflate stream begins with a stored block that quotes the next entry's header.
        var zip = QuotedOverlap(entries: 20, new byte[1 << 20]);
        using (var reference = new System.IO.Compression.ZipArchive(new MemoryStream(zip)))
        {
            reference.Entries.Count.ShouldBe(20);
        }

        (await ZipContents.RefusalAsync(zip)).Title.ShouldBe("The zip has entries that overlap");
    }

    [Fact]
    public async Task Entries_that_reach_into_the_next_or_into_the_directory_are_refused()
    {
        (await ZipContents.RefusalAsync(new RawZip(One with { CompressedBytes = 12 }, Two).ToBytes())).Title.ShouldBe("The zip has entries that overlap");
        (await ZipContents.RefusalAsync(new RawZip(Two, One with { CompressedBytes = 12 }).ToBytes())).Detail.ShouldContain("the zip's directory");
        (await ZipContents.RefusalAsync(new RawZip(One with { HeaderOffset = 60 }).ToBytes())).Detail.ShouldContain("the zip's directory");
        (await ZipContents.RefusalAsync(new RawZip(One with { HeaderOffset = 1_000_000 }).ToBytes())).Detail.ShouldContain("the zip's directory");
        (await ZipContents.RefusalAsync(new RawZip(One with { CompressedBytes = uint.MaxValue, Extra = [1, 0, 8, 0, 255, 255, 255, 255, 255, 255, 255, 127] }).ToBytes()))
            .Title.ShouldBe("The zip has entries that overlap");
    }

    [Fact]
    public async Task Too_many_entries_are_refused_whether_the_end_admits_them_or_not()
    {
        var limits = new ZipLimits { MaxEntries = 2 };
        var three = new RawZip([.. Enumerable.Repeat(One, 3)]);

        (await ZipContents.DirectoryAsync(new RawZip(One, Two).ToBytes(), limits)).Entries.Count.ShouldBe(2);
        foreach (var zip in (RawZip[])[three, three with { EntryCount = 1 }, three with { IsZip64 = true }])
        {
            var refusal = await ZipContents.RefusalAsync(zip.ToBytes(), limits);
            refusal.Title.ShouldBe("The zip has too many entries");
            refusal.Detail.ShouldContain("DatasetImport:MaxEntries");
        }
    }

    [Fact]
    public async Task A_directory_over_the_limit_is_not_read()
    {
        var zip = new MemoryRandomAccess(new RawZip([.. Enumerable.Repeat(One with { Extra = new byte[60_000] }, 100)]).ToBytes());

        var refusal = await Should.ThrowAsync<ImportFailedException>(
            ZipDirectory.ReadAsync(zip, new ZipLimits { MaxDirectoryBytes = 1 << 20 }, ZipContents.CancellationToken));

        refusal.Title.ShouldBe("The zip's directory is too large");
        refusal.Detail.ShouldContain("DatasetImport:MaxDirectoryBytes");
        zip.BytesRead.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task A_claim_alone_takes_no_memory()
    {
        // An end record that claims a large directory in a file that is as large: its first bytes tell that it is none.
        var zip = new MemoryRandomAccess([.. new byte[100 << 20], .. new RawZip { EntryCount = 900_000, DirectoryBytes = 100 << 20, DirectoryOffset = 0, IsZip64 = true, Zip64Offset = 100 << 20 }.ToBytes()]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = ZipDirectory.ReadAsync(zip, new ZipLimits(), ZipContents.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        reading.IsCompleted.ShouldBeTrue("memory is read at once, on this thread");
        await Should.ThrowAsync<ImportFailedException>(reading);
        allocated.ShouldBeLessThan(6 << 20);
    }

    [Fact]
    public async Task A_name_over_the_limit_is_refused()
    {
        var refusal = await ZipContents.RefusalAsync(new RawZip(One, RawEntry.Stored(new string('x', 1025), [])).ToBytes());

        refusal.Title.ShouldBe("A name in the zip is too long");
        refusal.Detail.ShouldContain("entry 2 of test.zip has 1,025 bytes");
        refusal.Detail.ShouldContain("DatasetImport:MaxNameBytes");
    }

    [Fact]
    public async Task More_than_the_total_is_refused_unread()
    {
        var zip = new RawZip(Two, Two, Two).ToBytes();

        (await ZipContents.DirectoryAsync(zip, new ZipLimits { MaxTotalBytes = 3000 })).Entries.Count.ShouldBe(3);
        var refusal = await ZipContents.RefusalAsync(zip, new ZipLimits { MaxTotalBytes = 2999 });

        refusal.Title.ShouldBe("The zip inflates to too much");
        refusal.Detail.ShouldContain("DatasetImport:MaxTotalBytes");
    }

    /// <summary>Entries, each of which inflates to the headers of all that follow it and the kernel.</summary>
    private static byte[] QuotedOverlap(int entries, byte[] kernel)
    {
        var content = kernel;
        var body = RawEntry.Deflate(kernel);
        var headers = new List<(RawEntry Entry, int FromEnd)>();
        byte[] file = [];
        for (var i = entries - 1; i >= 0; i--)
        {
            var entry = RawEntry.Stored($"{i:D4}", content) with { Data = body, Method = 8 };
            using var local = new MemoryStream();
            using (var writer = new BinaryWriter(local))
            {
                RawZip.WriteLocal(writer, entry);
            }

            file = local.ToArray();
            headers.Add((entry, file.Length));
            var quoted = file[..(file.Length - body.Length)];
            var block = new byte[5];
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)quoted.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~quoted.Length);
            body = [.. block, .. file];
            content = [.. quoted, .. content];
        }

        using var zip = new MemoryStream();
        using (var writer = new BinaryWriter(zip))
        {
            writer.Write(file);
            foreach (var (entry, fromEnd) in headers.AsEnumerable().Reverse())
            {
                RawZip.WriteCentral(writer, entry, (uint)(file.Length - fromEnd));
            }

            var directoryBytes = zip.Position - file.Length;
            writer.Write(new RawZip { EntryCount = entries, DirectoryOffset = file.Length, DirectoryBytes = directoryBytes }.ToBytes());
        }

        return zip.ToArray();
    }
}
