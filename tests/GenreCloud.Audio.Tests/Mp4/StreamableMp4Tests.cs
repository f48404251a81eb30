using GenreCloud.Audio.Mp4;
using GenreCloud.Testing;

namespace GenreCloud.Audio.Tests.Mp4;

public class StreamableMp4Tests
{
    [Fact]
    public void An_index_at_the_end_is_moved_to_the_front_and_its_offsets_with_it()
    {
        byte[] file = [.. Box("ftyp", "M4A "u8), .. Box("mdat", "sound"u8), .. Index(Offsets(20, 23)), .. Box("free", "x"u8)];

        var sent = Joined(StreamableMp4.Arrange(file.ToArray()));

        // The index has 8 + 8 + 8 + 8 + 8 + 24 bytes.
        byte[] expected = [.. Box("ftyp", "M4A "u8), .. Index(Offsets(84, 87)), .. Box("mdat", "sound"u8), .. Box("free", "x"u8)];
        sent.ShouldBe(expected);
    }

    [Fact]
    public void Large_offsets_and_offsets_behind_the_index_are_right_too()
    {
        byte[] Table(ulong first, ulong second) => Box("co64", [0, 0, 0, 0, 0, 0, 0, 2, .. Big(first), .. Big(second)]);
        byte[] file = [.. Box("ftyp", "M4A "u8), .. Box("mdat", "sound"u8), .. Index(Table(20, 200)), .. Box("mdat", "more"u8)];

        var sent = Joined(StreamableMp4.Arrange(file.ToArray()));

        byte[] expected = [.. Box("ftyp", "M4A "u8), .. Index(Table(92, 200)), .. Box("mdat", "sound"u8), .. Box("mdat", "more"u8)];
        sent.ShouldBe(expected);
    }

    [Fact]
    public void Files_whose_index_comes_first_and_files_in_fragments_stay_as_they_are()
    {
        byte[] first = [.. Box("ftyp", "M4A "u8), .. Index(Offsets(20, 23)), .. Box("mdat", "sound"u8)];
        byte[] fragments = [.. Box("ftyp", "M4A "u8), .. Box("moof", []), .. Box("mdat", "sound"u8), .. Index(Offsets(20, 23))];

        Joined(StreamableMp4.Arrange(first.ToArray())).ShouldBe(first);
        Joined(StreamableMp4.Arrange(fragments.ToArray())).ShouldBe(fragments);
    }

    /// <summary>Whatever the boxes say, all bytes are sent once, and none are read that are not there.</summary>
    [Fact]
    [Trait("Category", "Security")]
    public void Damaged_files_are_sent_whole()
    {
        var song = File.ReadAllBytes(SharedData.Require("clips/rnb_aac.m4a"));
        var random = new Random(11);
        const int indexBytes = 5935;
        byte[] file = [.. song.AsSpan(0, 100), .. song.AsSpan(song.Length - indexBytes)];

        // The sound's box ends where the index begins.
        file[36 + 1] = 0;
        file[36 + 2] = 0;
        file[36 + 3] = 64;
        for (var round = 0; round < 2000; round++)
        {
            var damaged = file.ToArray();
            for (var change = random.Next(0, 8); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            damaged = damaged[..random.Next(16, damaged.Length + 1)];
            StreamableMp4.Arrange(damaged).Sum(part => part.Length).ShouldBe(damaged.Length);
        }
    }

    private static byte[] Box(string type, ReadOnlySpan<byte> content)
        => [.. Big((uint)(8 + content.Length)), .. System.Text.Encoding.ASCII.GetBytes(type), .. content];

    private static byte[] Index(byte[] table) => Box("moov", Box("trak", Box("mdia", Box("minf", Box("stbl", table)))));

    private static byte[] Offsets(uint first, uint second) => Box("stco", [0, 0, 0, 0, 0, 0, 0, 2, .. Big(first), .. Big(second)]);

    private static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Big(ulong value) => [.. Big((uint)(value >> 32)), .. Big((uint)value)];

    private static byte[] Joined(IReadOnlyList<ReadOnlyMemory<byte>> parts) => [.. parts.SelectMany(part => part.ToArray())];
}
