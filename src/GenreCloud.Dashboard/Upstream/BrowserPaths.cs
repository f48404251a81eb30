using System.Globalization;
using GenreCloud.Client;
using GenreCloud.Client.Classify;
using Microsoft.AspNetCore.WebUtilities;

namespace GenreCloud.Dashboard.Upstream;

/// <summary>Addresses at the page's own origin that the browser itself asks: all other requests are made by the typed clients.</summary>
internal static class BrowserPaths
{
    /// <summary>Makes the picture of a song that is its body.</summary>
    public const string Spectrogram = "/api/spectrogram";

    /// <summary>Classifies the file that is its body.</summary>
    public static string Classify(ClassifyOptions options) => QueryHelpers.AddQueryString("/api/classify", Parameters(options));

    /// <summary>Explains a label of the file that is its body.</summary>
    /// <param name="segment">Of the song; null for the one with the highest probability of the label.</param>
    public static string Why(ClassifyOptions options, string label, int? segment) => QueryHelpers.AddQueryString(
        "/api/classify/why",
        Parameters(options with { Top = null }).Append(new("label", label)).Append(new("segment", segment?.ToString(CultureInfo.InvariantCulture))).Where(pair => pair.Value is not null));

    /// <summary>Takes the parts of an upload.</summary>
    public static string Upload(string id) => $"/{DatasetImportClient.UploadPath(id)}";

    /// <summary>The spectrogram of a sample.</summary>
    public static string Sample(string dataset, int version, string id) => $"/{DatasetImportClient.SpectrogramPath(dataset, version, id)}";

    /// <summary>The same, small, for lists.</summary>
    public static string Thumbnail(string dataset, int version, string id) => $"/{DatasetImportClient.ThumbnailPath(dataset, version, id)}";

    /// <summary>Something that an import left out.</summary>
    public static string Quarantined(string dataset, int version, string entry) => $"/{DatasetImportClient.QuarantinedPath(dataset, version, entry)}";

    private static IEnumerable<KeyValuePair<string, string?>> Parameters(ClassifyOptions options) => new KeyValuePair<string, string?>[]
    {
        new("model", options.Model),
        new("version", options.Version?.ToString(CultureInfo.InvariantCulture)),
        new("alias", options.Alias),
        new("top", options.Top?.ToString(CultureInfo.InvariantCulture)),
    }.Where(pair => pair.Value is not null);
}
