using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Testing;

namespace GenreCloud.Modeling.Tests.Checkpoints;

/// <summary>Files that something happened to: each is read or refused, and nothing else comes out.</summary>
public sealed class DamagedCheckpointTests
{
    /// <summary>Twice what a limit allows a tensor's layout, for the file's own objects and messages.</summary>
    private const long AllocationLimit = 2 * CheckpointLimits.TensorBytes;

    /// <summary>Opcodes, and whole values that are right by themselves.</summary>
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "N", "\u0088", "\u0089", "}", "]", ")", "(", "t", "a", "e", "s", "u", "R", "b", "Q", "0", "1", "\u0085", "\u0086", "\u0087", "\u0093",
            "q\u0001", "h\u0001", "q\u0002", "h\u0002", "\u0094", "K\u0005", "M\u0001\u0001", "J\u00ff\u00ff\u00ff\u00ff", "\u008a\u0001\u0080", "C\u0002ab", "G\u007f\u00f0\0\0\0\0\0\0",
        }.Select(opcodes => LegacyFile.Bytes(opcodes)),
        LegacyFile.Text("model"), LegacyFile.Text("storage"), LegacyFile.Text("w"), LegacyFile.Text("latin1"),
        LegacyFile.Number(4), LegacyFile.Number(long.MaxValue), LegacyFile.Number(-1), LegacyFile.Numbers([2, 2]), LegacyFile.Numbers([0, 1]),
        LegacyFile.Tensor([2], [1]), LegacyFile.Tensor([0, 3], [9, 9]), LegacyFile.Bytes(LegacyFile.Text("v"), LegacyFile.Tensor([4], [1]), "s"),
        LegacyFile.Global("torch._utils", "_rebuild_tensor_v2"), LegacyFile.Global("torch._utils", "_rebuild_parameter"), LegacyFile.Global("torch", "FloatStorage"),
        LegacyFile.Global("collections", "OrderedDict"), LegacyFile.Global("numpy", "dtype"), LegacyFile.Global("numpy.core.multiarray", "scalar"),
        LegacyFile.Global("_codecs", "encode"),
    ];

    public static TheoryData<string> Fixtures => [.. Fixture.Readable];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_file_that_is_cut_off_anywhere_is_refused(string name)
    {
        byte[] file = Fixture.Bytes(name);

        for (int length = 0; length < file.Length; length++)
        {
            Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(file.AsMemory(0, length)), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData("crnn_genre_model.pth")]
    [InlineData("crnn_concat_metal_model.pth")]
    public void A_published_file_that_is_cut_off_is_refused(string name)
    {
        byte[] file = File.ReadAllBytes(SharedData.RequireWeights(name));

        // Odd steps meet every kind of place: within the pickle, the list of keys, a count, an element.
        for (int length = 1; length < file.Length; length += length < 20_000 ? 97 : 9_973)
        {
            Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(file.AsMemory(0, length)), $"{length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_file_with_changed_bytes_is_read_or_refused(string name)
    {
        const int Cases = 5_000;
        byte[] file = Fixture.Bytes(name);
        var random = new Random(20);

        int refused = Enumerable.Range(0, Cases).Count(_ => IsRefused(Change(file, random)));

        refused.ShouldBeInRange(Cases / 10, Cases);
    }

    [Fact]
    public void A_program_of_random_opcodes_is_read_or_refused()
    {
        const int Cases = 20_000;
        var random = new Random(21);

        int refused = Enumerable.Range(0, Cases).Count(_ => IsRefused(LegacyFile.With(RandomProgram(random))));

        refused.ShouldBeInRange(Cases / 2, Cases - 1);
    }

    [Fact]
    public void A_changed_element_is_found_by_the_zip_file_s_checksum()
    {
        byte[] file = Fixture.Bytes("tiny.zip.pth");
        byte[] element = BitConverter.GetBytes(BinaryPrimitives.ReadSingleLittleEndian(PyTorchCheckpoint.Read(file).Tensors["weight"].Data.Span));
        file[file.AsSpan().IndexOf(element)] ^= 1;

        Refusal(file).ShouldContain("checksum");
    }

    [Fact]
    public void A_zip_file_is_little_endian_or_refused()
    {
        PyTorchCheckpoint.Read(Zip(("byteorder", "little"))).Tensors.Count.ShouldBe(1);
        Refusal(Zip(("byteorder", "big"))).ShouldContain("not little-endian");
    }

    [Fact]
    public void A_TorchScript_program_is_refused_as_what_it_is() =>
        Refusal(Zip(("constants.pkl", "\u0080\u0002)."), ("code/__torch__.py", "import os"))).ShouldContain("TorchScript");

    [Fact]
    public void A_compressed_zip_file_is_refused() => Refusal(Zip(CompressionLevel.Optimal)).ShouldContain("compressed");

    [Fact]
    public void A_zip_file_of_other_things_is_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            zip.CreateEntry("deep/archive/data.pkl", CompressionLevel.NoCompression);
        }

        Refusal(stream.ToArray()).ShouldContain("0 entries FOLDER/data.pkl");
    }

    [Fact]
    public void A_zip_file_with_two_checkpoints_or_a_name_twice_is_refused()
    {
        Refusal(Zip(("../other/data.pkl", ""))).ShouldContain("2 entries FOLDER/data.pkl");
        Refusal(Zip(("data/0", ""))).ShouldContain("twice");
    }

    [Fact]
    public void Entries_that_share_bytes_are_refused()
    {
        byte[] file = Zip(("data/1", new string('x', 5_000)), ("data/2", new string('x', 5_000)), ("data/3", new string('x', 5_000)));
        int[] records = [.. Enumerable.Range(0, file.Length - 4).Where(position => file.AsSpan(position).StartsWith("PK\u0001\u0002"u8))];
        var large = records.Where(record => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(record + 20)) == 5_000).ToArray();
        large.Length.ShouldBe(3);
        foreach (int record in records[..3])
        {
            file.AsSpan(large[0] + 20, 8).CopyTo(file.AsSpan(record + 20));
            file.AsSpan(large[0] + 42, 4).CopyTo(file.AsSpan(record + 42));
        }

        Refusal(file).ShouldContain("overlap");
    }

    /// <summary>Fails the test when anything but a checkpoint or a refusal comes out, or when it takes much memory.</summary>
    private static bool IsRefused(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRefused = false;
        try
        {
            PyTorchCheckpoint.Read(file).Tensors.Count.ShouldBePositive();
        }
        catch (CheckpointException)
        {
            isRefused = true;
        }
        catch (Exception exception) when (exception is not ShouldAssertException)
        {
            Assert.Fail($"{Convert.ToBase64String(file)}: {exception}");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(AllocationLimit, Convert.ToBase64String(file));
        return isRefused;
    }

    /// <summary>A state dict whose construction is interrupted by words.</summary>
    private static byte[] RandomProgram(Random random)
    {
        byte[][] program = [LegacyFile.Bytes("}"), .. Enumerable.Range(0, random.Next(12)).Select(_ => Words[random.Next(Words.Length)])];
        return LegacyFile.Bytes([.. program, LegacyFile.Text("w"), LegacyFile.Tensor([4], [1]), "s"]);
    }

    private static byte[] Change(byte[] file, Random random)
    {
        var changed = file.ToList();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int place = random.Next(changed.Count);
            int length = random.Next(1, Math.Min(16, changed.Count - place) + 1);
            switch (random.Next(5))
            {
                case 0:
                    changed[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed[place] = (byte)random.Next(256);
                    break;
                case 2:
                    changed[place] = changed[random.Next(changed.Count)];
                    break;
                case 3 when changed.Count > 32:
                    changed.RemoveRange(place, length);
                    break;
                default:
                    changed.InsertRange(place, changed.GetRange(random.Next(changed.Count - length + 1), length));
                    break;
            }
        }

        return [.. changed];
    }

    private static byte[] Zip(params (string Name, string Content)[] more) => Zip(CompressionLevel.NoCompression, more);

    /// <summary>The tiny checkpoint, written anew with further entries.</summary>
    private static byte[] Zip(CompressionLevel compression, params (string Name, string Content)[] more)
    {
        using var stream = new MemoryStream();
        using (var target = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var source = new ZipArchive(new MemoryStream(Fixture.Bytes("tiny.zip.pth")));
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var to = target.CreateEntry(entry.FullName, compression).Open();
                from.CopyTo(to);
            }

            foreach (var (name, content) in more)
            {
                using var to = target.CreateEntry(name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : $"tiny.zip/{name}", compression).Open();
                to.Write(Encoding.Latin1.GetBytes(content));
            }
        }

        return stream.ToArray();
    }

    private static string Refusal(byte[] file) => Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(file)).Message;
}
