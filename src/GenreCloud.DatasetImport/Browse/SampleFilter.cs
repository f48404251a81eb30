using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Which samples of a version are wanted; what is null leaves all.</summary>
/// <param name="Label">The genre, exactly.</param>
/// <param name="Artist">The name of one of the artists, in upper or lower case.</param>
/// <param name="Text">Part of the id, the title, the collection or an artist's name, in upper or lower case.</param>
/// <param name="Flag">One of <see cref="Datasets.Samples.SampleFlag"/>.</param>
internal sealed record SampleFilter(string? Label, string? Artist, string? Text, string? Flag)
{
    public bool Takes(Sample sample) =>
        (Label is null || sample.Label == Label)
        && (Artist is null || sample.Artists.Any(artist => artist.Equals(Artist, StringComparison.OrdinalIgnoreCase)))
        && (Flag is null || sample.Flags.Contains(Flag))
        && (Text is null || Has(sample.Id) || Has(sample.Title) || Has(sample.Collection) || sample.Artists.Any(Has));

    private bool Has(string? value) => value?.Contains(Text!, StringComparison.OrdinalIgnoreCase) == true;
}
