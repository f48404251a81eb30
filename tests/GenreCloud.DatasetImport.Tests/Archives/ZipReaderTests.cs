using System.IO.Compression;
using GenreCloud.DatasetImport.Archives;

namespace GenreCloud.DatasetImport.Tests.Archives;

public sealed class ZipReaderTests
{
    private const int MaxEntryBytes = 1 << 20;
    private const int Window = 8 << 20;

    private static readonly byte[] Noise = MakeNoise(1, MaxEntryBytes);

    [Fact]
    public async Task Neighbours_come_in_one_read_and_windows_are_bounded()
    {
        // 40 entries of 500 KB: three windows of at most 8 MiB.
        var archive = new MemoryRandomAccess(Pack(40, 500_000));
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var reads = archive.Reads;

        var windows = await CountsAsync(archive, [.. entries]);

        windows.ShouldBe([16, 16, 8]);
        (archive.Reads - reads).ShouldBe(3);
        archive.LargestRead.ShouldBeLessThanOrEqualTo(Window);
    }

    [Fact]
    public async Task What_is_not_asked_for_is_left_out_if_it_is_large()
    {
        // A gap of 900 KB is read, one of 1,800 KB is not.
        var archive = new MemoryRandomAccess(Pack(10, 450_000));
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var before = archive.BytesRead;

        var windows = await CountsAsync(archive, [entries[0], entries[3], entries[8]]);

        windows.ShouldBe([2, 1]);
        (archive.BytesRead - before).ShouldBeInRange(5 * 450_000, 5 * 451_000);
    }

    [Fact]
    public async Task An_entry_larger_than_a_window_has_one_of_its_own()
    {
        var large = MakeNoise(2, 20 << 20);
        var zip = new RawZip(RawEntry.Stored("a", Noise), RawEntry.Stored("b", large), RawEntry.Stored("c", Noise)).ToBytes();

        var contents = await ZipContents.ReadAsync(zip, maxEntryBytes: 20 << 20);

        contents.Select(file => file.Content!.Length).ShouldBe([Noise.Length, large.Length, Noise.Length]);
        contents[1].Content.AsSpan().SequenceEqual(large).ShouldBeTrue();
    }

    [Fact]
    public async Task Unreadable_entries_are_in_windows_and_not_read()
    {
        var archive = new MemoryRandomAccess(new RawZip(RawEntry.Stored("large", new byte[3 << 20]), RawEntry.Stored("locked", Noise) with { Flags = 1 }).ToBytes());
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var before = archive.BytesRead;

        var windows = await CountsAsync(archive, [.. entries]);

        windows.ShouldBe([2]);
        archive.BytesRead.ShouldBe(before);
    }

    [Fact]
    public async Task Entries_out_of_order_are_the_callers_mistake()
    {
        var archive = new MemoryRandomAccess(Pack(2, 100));
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;

        await Should.ThrowAsync<ArgumentException>(CountsAsync(archive, [entries[1], entries[0]]));
    }

    [Fact]
    public async Task No_entries_make_no_window() => (await CountsAsync(new MemoryRandomAccess([]), [])).ShouldBeEmpty();

    [Fact]
    public async Task Reading_an_entry_allocates_nothing()
    {
        var archive = new MemoryRandomAccess(new RawZip(RawEntry.Stored("stored", Noise), RawEntry.Deflated("deflated", Noise)).ToBytes());
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var inflated = new byte[MaxEntryBytes];
        await foreach (var window in new ZipReader(archive, new ZipLimits()).ReadWindowsAsync([.. entries], MaxEntryBytes, ZipContents.CancellationToken))
        {
            using (window)
            {
                Read(window, inflated).ShouldBe(2 * MaxEntryBytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                Read(window, inflated);
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
            }
        }

        static int Read(ZipWindow window, byte[] inflated)
        {
            var bytes = 0;
            for (var i = 0; i < window.Entries.Count; i++)
            {
                bytes += window.Read(window.Entries[i], inflated).Length;
            }

            return bytes;
        }
    }

    [Fact]
    public async Task A_window_is_read_on_several_threads()
    {
        var zip = new RawZip([.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? RawEntry.Stored($"{i}", MakeNoise(i, 50_000)) : RawEntry.Deflated($"{i}", MakeNoise(i, 50_000)))]).ToBytes();
        var archive = new MemoryRandomAccess(zip);
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var reader = new ZipReader(archive, new ZipLimits());
        await foreach (var window in reader.ReadWindowsAsync([.. entries], MaxEntryBytes, ZipContents.CancellationToken))
        {
            using (window)
            {
                Parallel.For(0, window.Entries.Count, i =>
                    window.Read(window.Entries[i], new byte[50_000]).Span.SequenceEqual(MakeNoise(i, 50_000)).ShouldBeTrue());
            }
        }

        reader.InflatedBytes.ShouldBe(60 * 50_000);
    }

    [Fact]
    public async Task The_next_window_is_on_its_way_while_one_is_worked_on()
    {
        var archive = new MemoryRandomAccess(Pack(40, 500_000));
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        var reads = archive.Reads;
        await foreach (var window in new ZipReader(archive, new ZipLimits()).ReadWindowsAsync([.. entries], MaxEntryBytes, ZipContents.CancellationToken))
        {
            using (window)
            {
                (archive.Reads - reads).ShouldBe(2);
                break;
            }
        }
    }

    [Fact]
    public async Task A_cancelled_read_ends()
    {
        using var cancelling = new CancellationTokenSource();
        var archive = new MemoryRandomAccess(Pack(40, 500_000));
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var window in new ZipReader(archive, new ZipLimits()).ReadWindowsAsync([.. entries], MaxEntryBytes, cancelling.Token))
            {
                window.Dispose();
                await cancelling.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task A_window_that_was_disposed_gives_nothing()
    {
        var archive = new MemoryRandomAccess(new RawZip(RawEntry.Stored("a", Noise)).ToBytes());
        var entries = (await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken)).Entries;
        await foreach (var window in new ZipReader(archive, new ZipLimits()).ReadWindowsAsync([.. entries], MaxEntryBytes, ZipContents.CancellationToken))
        {
            window.Dispose();
            window.Dispose();
            Should.Throw<ObjectDisposedException>(() => window.Read(entries[0], default));
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task An_entry_of_any_size_is_a_stream_read_in_pieces(CompressionLevel level)
    {
        byte[] csv = [.. Enumerable.Range(0, 700_000).SelectMany(i => System.Text.Encoding.ASCII.GetBytes($"{i},track{i * 7},a title\n"))];
        var archive = new MemoryRandomAccess(ZipDirectoryTests.Pack(level, ("labels.csv", csv), ("empty", [])));
        var limits = new ZipLimits();
        var entries = (await ZipDirectory.ReadAsync(archive, limits, ZipContents.CancellationToken)).Entries;

        (await ZipContents.ReadToEndAsync(archive, entries[0], csv.Length)).AsSpan().SequenceEqual(csv).ShouldBeTrue();

        archive.LargestRead.ShouldBeLessThanOrEqualTo(4 << 20);
        (await ZipContents.ReadToEndAsync(archive, entries[1], 0)).ShouldBeEmpty();
        (await Should.ThrowAsync<ZipEntryException>(ZipContents.ReadToEndAsync(archive, entries[0], csv.Length - 1))).Fault.ShouldBe(ZipEntryFault.TooLarge);
    }

    private static async Task<List<int>> CountsAsync(MemoryRandomAccess archive, ZipEntry[] entries)
    {
        var counts = new List<int>();
        await foreach (var window in new ZipReader(archive, new ZipLimits()).ReadWindowsAsync(entries, MaxEntryBytes, ZipContents.CancellationToken))
        {
            window.Entries.ShouldBe(entries.Skip(counts.Sum()).Take(window.Entries.Count));
            counts.Add(window.Entries.Count);
            window.Dispose();
        }

        return counts;
    }

    private static byte[] Pack(int count, int bytes) => new RawZip([.. Enumerable.Range(0, count).Select(i => RawEntry.Stored($"{i}", Noise[..bytes]))]).ToBytes();

    private static byte[] MakeNoise(int seed, int bytes)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
