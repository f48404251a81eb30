using GenreCloud.Client.Datasets;

namespace GenreCloud.Dashboard.Datasets;

/// <summary>What a sample is called.</summary>
internal static class SampleText
{
    /// <summary>Its title, or where there is none its id.</summary>
    public static string NameOf(Sample sample) => string.IsNullOrWhiteSpace(sample.Title) ? sample.Id : sample.Title;

    /// <summary>Its artists and the album or playlist, as far as they are known.</summary>
    public static string ArtistsOf(Sample sample) =>
        string.Join(" - ", ((string?[])[string.Join(", ", sample.Artists), sample.Collection]).Where(part => !string.IsNullOrWhiteSpace(part)));
}
