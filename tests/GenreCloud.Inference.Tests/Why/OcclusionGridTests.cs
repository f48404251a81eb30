using GenreCloud.Datasets;
using GenreCloud.Inference.Why;

namespace GenreCloud.Inference.Tests.Why;

public sealed class OcclusionGridTests
{
    [Fact]
    public void A_patch_covers_two_by_three_cells_from_the_lowest_bands_on_and_nothing_else()
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        new Random(1).NextBytes(pixels);

        var covered = OcclusionGrid.Cover(pixels, patch: 0, fill: 77);

        for (var band = 0; band < SpectrogramFormat.MelBands; band++)
        {
            for (var frame = 0; frame < SpectrogramFormat.Frames; frame++)
            {
                var index = ((SpectrogramFormat.MelBands - 1 - band) * SpectrogramFormat.Frames) + frame;
                covered[index].ShouldBe(band < 32 && frame < 228 ? (byte)77 : pixels[index]);
            }
        }
    }

    [Fact]
    public void A_cell_gets_the_mean_of_what_the_patches_over_its_pixels_count()
    {
        var random = new Random(2);
        var values = Enumerable.Range(0, OcclusionGrid.Patches).Select(_ => random.NextDouble() - 0.5).ToArray();

        var cells = OcclusionGrid.CellMeans(values);

        // By the pixels themselves: black ones, and which patches whiten the middle of a cell.
        var covered = values.Select((value, patch) => (value, Pixels: OcclusionGrid.Cover(new byte[SpectrogramFormat.Pixels], patch, 255))).ToArray();
        cells.Length.ShouldBe(8);
        for (var row = 0; row < 8; row++)
        {
            cells[row].Length.ShouldBe(17);
            for (var column = 0; column < 17; column++)
            {
                var pixel = ((127 - ((row * 16) + 8)) * SpectrogramFormat.Frames) + (column * 76) + 38;
                var over = covered.Where(patch => patch.Pixels[pixel] == 255).ToArray();
                over.Length.ShouldBe((row is 0 or 7 ? 1 : 2) * (column is 0 or 16 || column % 2 == 1 ? 1 : 2));
                cells[row][column].ShouldBe(over.Average(patch => patch.value), 1e-12);
            }
        }
    }

    [Fact]
    public void The_cells_are_the_whole_picture()
    {
        (OcclusionGrid.Rows * OcclusionGrid.BandsPerRow).ShouldBe(SpectrogramFormat.MelBands);
        (OcclusionGrid.Columns * OcclusionGrid.FramesPerColumn).ShouldBe(SpectrogramFormat.Frames);
    }

    [Theory]
    [InlineData(0, 255, 128)]
    [InlineData(10, 20, 15)]
    public void The_fill_is_the_mean_grey(byte first, byte second, byte mean) =>
        OcclusionGrid.MeanOf([.. Enumerable.Range(0, 100).Select(index => index % 2 == 0 ? first : second)]).ShouldBe(mean);
}
