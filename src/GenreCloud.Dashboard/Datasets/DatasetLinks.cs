using System.Globalization;
using GenreCloud.Client.Datasets;

namespace GenreCloud.Dashboard.Datasets;

/// <summary>The addresses of the pages about datasets.</summary>
internal static class DatasetLinks
{
    public static string Dataset(string name) => $"/datasets/{Uri.EscapeDataString(name)}";

    public static string Version(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{Dataset(name)}/{version}");

    public static string Quarantine(string name, int version, string? reason = null) => $"{Version(name, version)}?{Query(("tab", "quarantine"), ("reason", reason))}";

    public static string Flagged(string name, int version, string? flag = null) => $"{Version(name, version)}?{Query(("tab", "flagged"), ("flag", flag))}";

    public static string Samples(string name, int version, SampleFilter filter)
    {
        var query = Query(("label", filter.Label), ("artist", filter.Artist), ("text", filter.Text));
        return query.Length == 0 ? Version(name, version) : $"{Version(name, version)}?{query}";
    }

    public static string Compare(string name, int? from = null, int? to = null) =>
        from is null ? $"{Dataset(name)}/compare" : string.Create(CultureInfo.InvariantCulture, $"{Dataset(name)}/compare?from={from}&to={to}");

    /// <summary>The form of a new run on a version.</summary>
    public static string Train(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"/runs/new?dataset={Uri.EscapeDataString(name)}&version={version}");

    private static string Query(params (string Name, string? Value)[] parameters) => string.Join(
        '&',
        parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value)).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
}
