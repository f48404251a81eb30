using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio.Tests.Mel;

public class MelFilterBankTests
{
    [Fact]
    public void Filters_are_those_of_librosa()
    {
        var expected = NumpyArray.Read<float>(Golden.Path("mel_basis_22050_2048_128.npy"));

        var filters = new MelFilterBank(22_050, 2048, 128);

        var dense = new float[128 * 1025];
        for (var band = 0; band < filters.Bands; band++)
        {
            filters.Weights(band).CopyTo(dense.AsSpan((band * 1025) + filters.FirstBin(band)));
        }

        dense.Length.ShouldBe(expected.Length);
        dense.Zip(expected, (ours, theirs) => Math.Abs(ours - theirs)).Max().ShouldBeLessThan(1e-8f);
    }
}
