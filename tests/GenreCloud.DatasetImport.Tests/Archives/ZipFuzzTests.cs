using System.IO.Compression;
using System.Text;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>Seeded: a failure's number brings it back.</summary>
[Trait("Category", "Security")]
public sealed class ZipFuzzTests
{
    private const int MaxEntryBytes = 200_000;

    // A damaged directory entry may ask for as much; a name for a kilobyte.
    private static readonly ZipLimits Limits = new() { MaxEntryBytes = MaxEntryBytes, MaxTotalBytes = 1 << 20, MaxEntries = 1000, MaxDirectoryBytes = 1 << 20 };

    [Fact]
    public async Task Any_zip_that_the_framework_writes_is_read_as_the_framework_reads_it()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var zip = Valid(new Random(seed));
            await using var reference = new ZipArchive(new MemoryStream(zip));

            var contents = await ZipContents.ReadAsync(zip, Limits, MaxEntryBytes);

            await ZipDirectoryTests.ShouldAgreeAsync(reference, contents);
        }
    }

    [Fact]
    public async Task Damage_ends_in_a_refusal_or_in_faults_and_takes_little_memory()
    {
        var (refused, faulty, whole) = (0, 0, 0);
        for (var seed = 0; seed < 2500; seed++)
        {
            var random = new Random(seed);
            var zip = Damage(seed % 3 == 0 ? Zip64(random) : Valid(random), random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var contents = await ReadBothWaysAsync(zip);
                faulty += contents.Count(file => file.Fault is not null);
                whole += contents.Count(file => file.Fault is null);
            }
            catch (ImportFailedException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20 << 20, $"seed {seed}");
        }

        // The damage does every kind of harm.
        refused.ShouldBeGreaterThan(200);
        faulty.ShouldBeGreaterThan(200);
        whole.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task Noise_with_signatures_in_it_is_refused_or_empty()
    {
        byte[][] signatures = ["PK\u0001\u0002"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), "PK\u0005\u0006"u8.ToArray(), "PK\u0006\u0006"u8.ToArray(), "PK\u0006\u0007"u8.ToArray()];
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var noise = new byte[random.Next(22, 600)];
            if (seed % 2 == 0)
            {
                random.NextBytes(noise);
            }

            for (var i = random.Next(1, 12); i > 0; i--)
            {
                random.GetItems(signatures, 1)[0].CopyTo(noise, random.Next(noise.Length - 4));
            }

            signatures[2].CopyTo(noise, noise.Length - 22);
            try
            {
                await ReadBothWaysAsync(noise);
            }
            catch (ImportFailedException)
            {
                // Which one does not matter.
            }
        }
    }

    /// <summary>Out of windows, and each as a stream: they agree.</summary>
    private static async Task<List<(string Name, byte[]? Content, ZipEntryFault? Fault)>> ReadBothWaysAsync(byte[] zip)
    {
        var archive = new MemoryRandomAccess(zip);
        var contents = await ZipContents.ReadAsync(archive, Limits, MaxEntryBytes);
        var directory = await ZipDirectory.ReadAsync(archive, Limits, ZipContents.CancellationToken);
        foreach (var (entry, file) in directory.Entries.Zip(contents))
        {
            try
            {
                var content = await ZipContents.ReadToEndAsync(archive, entry, MaxEntryBytes, Limits);
                if (file.Fault != ZipEntryFault.Corrupt)
                {
                    content.ShouldBe(file.Content);
                }
            }
            catch (ZipEntryException)
            {
                file.Fault.ShouldNotBeNull(entry.Name);
            }
        }

        return contents;
    }

    private static byte[] Valid(Random random)
    {
        using var zip = new MemoryStream();
        Stream target = random.Next(2) == 0 ? zip : new OneWayStream(zip);
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.Comment = random.Next(3) == 0 ? Text(random) : "";
            for (var i = random.Next(6); i >= 0; i--)
            {
                var name = $"{i}{Text(random)}{(random.Next(8) == 0 ? "/" : ".png")}";
                var entry = archive.CreateEntry(name, (CompressionLevel)random.Next(4));
                if (name[^1] != '/' && random.Next(8) != 0)
                {
                    using var stream = entry.Open();
                    stream.Write(Content(random));
                }
            }
        }

        return zip.ToArray();
    }

    private static byte[] Zip64(Random random) => new RawZip(
        RawEntry.Stored("one/a.png", Content(random)),
        RawEntry.Deflated("two/b.png", Content(random)) with { Flags = 1 << 11 },
        RawEntry.Stored("three/c.png", Content(random)) with { Extra = [0x75, 0x70, 9, 0, 1, 0, 0, 0, 0, .. "x.ng"u8] })
    {
        IsZip64 = random.Next(4) != 0,
        Prefix = new byte[random.Next(2) * 10],
        Comment = Encoding.UTF8.GetBytes(Text(random)),
    }.ToBytes();

    private static string Text(Random random) =>
        new(random.GetItems("abcdefg/._- åß日\u0301".AsSpan(), random.Next(1, 20)));

    private static byte[] Content(Random random)
    {
        var content = new byte[random.Next(2) == 0 ? random.Next(100) : random.Next(5000)];
        if (random.Next(2) == 0)
        {
            random.NextBytes(content);
        }
        else
        {
            random.GetItems("abc"u8, content);
        }

        return content;
    }

    /// <summary>A few of: other bytes, other numbers, most often near the end, where the directory is; a piece lost, doubled or moved.</summary>
    private static byte[] Damage(byte[] zip, Random random)
    {
        var damaged = zip.ToList();
        for (var i = random.Next(1, 5); i > 0 && damaged.Count > 8; i--)
        {
            var near = random.Next(3) == 0 ? damaged.Count : Math.Min(damaged.Count, 400);
            var position = Math.Max(0, damaged.Count - 1 - random.Next(near));
            var length = Math.Min(random.Next(1, 40), damaged.Count - position);
            switch (random.Next(8))
            {
                case 0:
                    damaged.RemoveRange(position, length);
                    break;
                case 1:
                    damaged.InsertRange(position, damaged.GetRange(position, length));
                    break;
                case 2:
                    damaged.InsertRange(random.Next(damaged.Count), damaged.GetRange(position, length));
                    break;
                case 3 or 4:
                    var number = random.GetItems<byte[]>([[255, 255, 255, 255], [0, 0, 0, 0], [1, 0, 0, 0], [255, 255, 255, 127], [255, 255, 0, 0]], 1)[0];
                    for (var j = 0; j < number.Length && position + j < damaged.Count; j++)
                    {
                        damaged[position + j] = number[j];
                    }

                    break;
                default:
                    damaged[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }
}
