using GenreCloud.DatasetImport.Browse;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Tests.Browse;

public sealed class ThumbnailTests
{
    [Fact]
    public void Each_pixel_is_the_mean_of_two_bands_and_four_frames()
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        new Random(1).NextBytes(pixels);

        var small = new byte[Thumbnail.Width * Thumbnail.Height];
        GrayPng.Decode(Thumbnail.Of(SpectrogramPng.Encode(pixels)), Thumbnail.Width, Thumbnail.Height, small);

        (Thumbnail.Width, Thumbnail.Height).ShouldBe((323, 64));
        foreach (var (row, column) in ((int, int)[])[(0, 0), (63, 322), (17, 200)])
        {
            var expected = (
                from band in Enumerable.Range(row * 2, 2)
                from frame in Enumerable.Range(column * 4, 4)
                select (int)pixels[(band * SpectrogramFormat.Frames) + frame]).Sum() / 8;
            small[(row * Thumbnail.Width) + column].ShouldBe((byte)expected);
        }
    }
}
