using GenreCloud.Dashboard.Datasets;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class HexDumpTests
{
    [Fact]
    public void Each_line_has_its_offset_sixteen_bytes_and_what_they_spell() =>
        HexDump.Of("<script>alert(1)\n"u8).ShouldBe(
            "0000  3c 73 63 72 69 70 74 3e 61 6c 65 72 74 28 31 29  <script>alert(1)\n"
            + "0010  0a                                               .\n");

    [Fact]
    public void A_large_file_is_cut() => HexDump.Of(new byte[10_000]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(HexDump.MostBytes / 16);

    [Fact]
    public void A_picture_is_known_by_how_it_begins()
    {
        HexDump.IsPng([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]).ShouldBeTrue();
        HexDump.IsPng("GIF89a"u8).ShouldBeFalse();
        HexDump.IsPng([]).ShouldBeFalse();
    }
}
