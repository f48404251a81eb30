using System.Globalization;

namespace GenreCloud.Client.Http;

/// <summary>Addresses relative to a service.</summary>
internal static class ApiPath
{
    /// <summary>A path, every part of which that is filled in is one segment, whatever characters it has.</summary>
    /// <param name="path"><c>$"api/models/{name}"</c>.</param>
    /// <exception cref="ArgumentException">A part is empty, or . or .., by which the path would be another one.</exception>
    public static string Of(FormattableString path)
    {
        var segments = path.GetArguments().Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)).ToArray();
        return Array.Exists(segments, segment => segment is null or "" or "." or "..")
            ? throw new ArgumentException($"A name or an id in {path.Format} is empty, or . or ..: there is nothing that is called so.")
            : string.Format(CultureInfo.InvariantCulture, path.Format, [.. segments.Select(segment => Uri.EscapeDataString(segment!))]);
    }

    /// <summary>A path with those of the parameters that are given.</summary>
    public static string Query(string path, params (string Name, object? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(Text(parameter.Value!))}")
            .ToArray();
        return given.Length == 0 ? path : $"{path}?{string.Join('&', given)}";
    }

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        Enum named => ClientJson.NameOf(named),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
