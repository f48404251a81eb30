using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>Entries that cannot be read, beside others that can.</summary>
[Trait("Category", "Security")]
public sealed class HostileEntryTests
{
    private static readonly byte[] Content = "content one"u8.ToArray();
    private static readonly byte[] Text = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i / 99))];
    private static readonly RawEntry Stored = RawEntry.Stored("bad", Content);
    private static readonly RawEntry Deflated = RawEntry.Deflated("bad", Text);

    public static TheoryData<string> Faults => [.. FaultyEntries.Keys];

    private static Dictionary<string, (RawEntry Entry, ZipEntryFault Fault)> FaultyEntries => new()
    {
        ["encrypted"] = (Stored with { Flags = 1 }, ZipEntryFault.Encrypted),
        ["strongly encrypted"] = (Stored with { Flags = 1 << 6 }, ZipEntryFault.Encrypted),
        ["masked header"] = (Stored with { Flags = 1 << 13 }, ZipEntryFault.Encrypted),
        ["bzip2"] = (Stored with { Method = 12 }, ZipEntryFault.UnknownMethod),
        ["zstandard"] = (Stored with { Method = 93 }, ZipEntryFault.UnknownMethod),
        ["no name"] = (Stored with { Name = [] }, ZipEntryFault.BadName),
        ["NUL in the name"] = (Stored with { Name = "a.png\0.exe"u8.ToArray() }, ZipEntryFault.BadName),
        ["more than the caller takes"] = (RawEntry.Stored("bad", new byte[100_001]), ZipEntryFault.TooLarge),
        ["more in the zip than the caller takes"] = (Deflated with { Data = new byte[101_200] }, ZipEntryFault.TooLarge),
        ["more than any entry may be"] = (Stored with { Bytes = 1_000_001 }, ZipEntryFault.TooLarge),
        ["a zip bomb"] = (RawEntry.Deflated("bad", new byte[90_000]), ZipEntryFault.RatioTooHigh),
        ["a large file out of nothing"] = (Deflated with { Data = [], Bytes = 90_000 }, ZipEntryFault.RatioTooHigh),
        ["stored in two sizes"] = (Stored with { Bytes = 12 }, ZipEntryFault.WrongSize),
        ["no local header"] = (Stored with { LocalSignature = 0x04034B51 }, ZipEntryFault.HeaderMismatch),
        ["another local name"] = (Stored with { LocalName = "bed"u8.ToArray() }, ZipEntryFault.HeaderMismatch),
        ["another local name's length"] = (Stored with { LocalName = "ba"u8.ToArray(), Descriptor = [0] }, ZipEntryFault.HeaderMismatch),
        ["another local method"] = (Stored with { LocalMethod = 8 }, ZipEntryFault.HeaderMismatch),
        ["encrypted in its local header"] = (Stored with { LocalFlags = 1 }, ZipEntryFault.HeaderMismatch),
        ["another local size"] = (Stored with { LocalBytes = 5 }, ZipEntryFault.HeaderMismatch),
        ["another local compressed size"] = (Stored with { LocalCompressedBytes = 5 }, ZipEntryFault.HeaderMismatch),
        ["another local checksum"] = (Stored with { LocalCrc32 = 5 }, ZipEntryFault.HeaderMismatch),
        ["a local zip64 size that is not there"] = (Stored with { LocalBytes = uint.MaxValue }, ZipEntryFault.HeaderMismatch),
        ["an extra field that pushes the data into the next entry"] =
            (Stored with { Data = Content[..^4], CompressedBytes = 11, LocalExtra = [0x34, 0x12, 4, 0, 1, 2, 3, 4] }, ZipEntryFault.HeaderMismatch),
        ["another stored checksum"] = (Stored with { Crc32 = 5 }, ZipEntryFault.BadCrc),
        ["another deflated checksum"] = (Deflated with { Crc32 = 5 }, ZipEntryFault.BadCrc),
        ["inflates to more"] = (Deflated with { Bytes = 4999 }, ZipEntryFault.WrongSize),
        ["inflates to nothing of what it says"] = (Deflated with { Bytes = 0 }, ZipEntryFault.WrongSize),
        ["inflates to less"] = (Deflated with { Bytes = 5001 }, ZipEntryFault.WrongSize),
        ["a deflate stream that ends too early"] = (Deflated with { Data = Deflated.Data[..^5] }, ZipEntryFault.Corrupt),
        ["a deflate stream with a reserved block type"] = (Deflated with { Data = [0b111, .. Deflated.Data[1..]] }, ZipEntryFault.Corrupt),
        ["no deflate stream"] = (Deflated with { Data = [], Bytes = 5 }, ZipEntryFault.Corrupt),
        ["something after the deflate stream"] = (Deflated with { Data = [.. Deflated.Data, 0] }, ZipEntryFault.Corrupt),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_faulty_entry_spoils_no_other(string name)
    {
        var (entry, fault) = FaultyEntries[name];
        var limits = new ZipLimits { MaxEntryBytes = 1_000_000 };
        var zip = new RawZip(RawEntry.Stored("before", Content), entry, RawEntry.Deflated("after", Text)).ToBytes();

        var contents = await ZipContents.ReadAsync(zip, limits, maxEntryBytes: 100_000);

        contents[0].Content.ShouldBe(Content);
        contents[1].Fault.ShouldBe(fault);
        contents[2].Content.ShouldBe(Text);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_faulty_entry_is_no_stream_either(string name)
    {
        var (entry, fault) = FaultyEntries[name];
        if (name == "something after the deflate stream")
        {
            // The framework's inflater ends with its stream and does not tell where that was.
            return;
        }

        var limits = new ZipLimits { MaxEntryBytes = 1_000_000 };
        var archive = new MemoryRandomAccess(new RawZip(entry, Stored).ToBytes());
        var directory = await ZipDirectory.ReadAsync(archive, limits, ZipContents.CancellationToken);

        var exception = await Should.ThrowAsync<ZipEntryException>(ZipContents.ReadToEndAsync(archive, directory.Entries[0], maxBytes: 100_000, limits));

        // A stream that breaks off may be seen as short as well as broken.
        exception.Fault.ShouldBeOneOf(fault, fault == ZipEntryFault.Corrupt ? ZipEntryFault.WrongSize : fault);
        exception.Message.ShouldStartWith("It");
    }

    [Fact]
    public async Task What_comes_is_counted_whether_stored_or_inflated()
    {
        // The same entries twice, as a directory never gives them.
        var archive = new MemoryRandomAccess(new RawZip(Stored, Deflated).ToBytes());
        var limits = new ZipLimits { MaxTotalBytes = Content.Length + Text.Length };
        var directory = await ZipDirectory.ReadAsync(archive, limits, ZipContents.CancellationToken);
        var reader = new ZipReader(archive, limits);
        await foreach (var window in reader.ReadWindowsAsync([.. directory.Entries], 100_000, ZipContents.CancellationToken))
        {
            using (window)
            {
                var inflated = new byte[100_000];
                window.Read(directory.Entries[0], inflated);
                reader.InflatedBytes.ShouldBe(Content.Length);
                window.Read(directory.Entries[1], inflated);
                reader.InflatedBytes.ShouldBe(Content.Length + Text.Length);
                foreach (var entry in window.Entries)
                {
                    Should.Throw<ImportFailedException>(() => window.Read(entry, inflated)).Title.ShouldBe("The zip inflates to too much");
                }
            }
        }

        await Should.ThrowAsync<ImportFailedException>(async () =>
        {
            await using var stream = await reader.OpenAsync(directory.Entries[0], 100_000, ZipContents.CancellationToken);
            await stream.CopyToAsync(Stream.Null, ZipContents.CancellationToken);
        });
    }

    [Fact]
    public async Task An_archive_in_an_archive_is_a_file()
    {
        var inner = new RawZip(Stored, Deflated).ToBytes();

        var contents = await ZipContents.ReadAsync(new RawZip(RawEntry.Stored("inner.zip", inner)).ToBytes());

        contents.ShouldHaveSingleItem().Content.ShouldBe(inner);
    }
}
