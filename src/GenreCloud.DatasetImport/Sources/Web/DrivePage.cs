using System.Net;
using System.Text.RegularExpressions;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>The pages that Google Drive gives instead of a file.</summary>
internal static partial class DrivePage
{
    /// <summary>The largest page that is read; those that are known have a few KB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Where the page's download button leads to: a large file is given only after its warning that nobody scanned it for viruses.</summary>
    /// <param name="page">HTML.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="name">What to call the file in a message.</param>
    /// <exception cref="ImportFailedException">It has none; the message says why.</exception>
    public static Uri NextOf(string page, Uri address, string name)
    {
        if (DownloadForm().Matches(page).FirstOrDefault(form => form.Value.Contains("confirm", StringComparison.Ordinal)) is { } form
            && AttributeOf(form.Groups["tag"].Value, "action") is { } action)
        {
            var inputs = Input().Matches(form.Groups["content"].Value)
                .Select(input => (Name: AttributeOf(input.Value, "name"), Value: AttributeOf(input.Value, "value") ?? ""))
                .Where(input => input.Name is not null)
                .Select(input => $"{Uri.EscapeDataString(input.Name!)}={Uri.EscapeDataString(input.Value)}");
            var target = new Uri(address, action);
            return new Uri(target, $"{target.AbsolutePath}?{string.Join('&', target.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Concat(inputs))}");
        }

        if (page.Contains("Quota exceeded", StringComparison.OrdinalIgnoreCase) || page.Contains("Too many users have viewed or downloaded", StringComparison.OrdinalIgnoreCase))
        {
            throw new ImportFailedException(
                "Google Drive gives this file to nobody for now",
                $"{name} was downloaded too often (Google Drive: \"Too many users have viewed or downloaded this file recently\"). Import it again after up to 24 hours, "
                + "what is staged is kept; or copy it into your own Drive and share the copy; or download it with a login and upload it.");
        }

        if (page.Contains("You need access", StringComparison.OrdinalIgnoreCase) || page.Contains("Request access", StringComparison.OrdinalIgnoreCase))
        {
            throw NotShared(name);
        }

        var title = Title().Match(page) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups["title"].Value).Trim() : "without a title";
        throw new ImportFailedException(
            "Google Drive gives a page, not the file", $"{name} answers with a page \"{title}\" that has no download. Open the link in a browser, or download it and upload it.");
    }

    public static ImportFailedException NotShared(string name) => new(
        "The file is not shared", $"{name} needs a login. Share it in Google Drive as \"Anyone with the link\", or download it and upload it.");

    private static string? AttributeOf(string tag, string name)
    {
        foreach (Match attribute in Attribute().Matches(tag))
        {
            if (attribute.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return WebUtility.HtmlDecode(attribute.Groups["value"].Value);
            }
        }

        return null;
    }

    // Each with a time limit: a page may be as hostile as anything else.
    [GeneratedRegex("(?<tag><form\\b[^>]*>)(?<content>.*?)</form>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DownloadForm();

    [GeneratedRegex("<input\\b[^>]*>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Input();

    [GeneratedRegex("(?<name>[a-z-]+)\\s*=\\s*(?<quote>[\"'])(?<value>.*?)\\k<quote>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex("<title>(?<title>[^<]{0,200})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Title();
}
