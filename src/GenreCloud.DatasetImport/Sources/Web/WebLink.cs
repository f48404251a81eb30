using System.Text.RegularExpressions;
using System.Web;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>What a source's URL means.</summary>
/// <param name="Address">Where to ask first.</param>
/// <param name="Identity">The same for every link to the same file; no secrets.</param>
/// <param name="Shown">What it is called in messages, answers and the manifest; no secrets.</param>
/// <param name="IsDrive">Whether Google Drive's pages stand before the file.</param>
internal sealed partial record WebLink(Uri Address, string Identity, string Shown, bool IsDrive)
{
    /// <summary>Takes a URL as it is, and a share link of Google Drive as the download that it stands for.</summary>
    public static WebLink Parse(string url, SourceTuning tuning)
    {
        var address = new Uri(url);
        var query = HttpUtility.ParseQueryString(address.Query);
        var isDrive = IsAt(address, tuning.Drive) || IsAt(address, tuning.DriveDownloads);
        if (!isDrive || (SharedFile().Match(address.AbsolutePath) is { Success: true } match ? match.Groups["id"].Value : query["id"]) is not { Length: > 0 } id)
        {
            return new WebLink(address, SourceAddress.Identity(address), SourceAddress.WithoutSecrets(address), IsDrive: false);
        }

        // The key of a link to a file that was shared before 2021: without it there is no access.
        var key = query["resourcekey"] is { Length: > 0 } resourceKey ? $"&resourcekey={Uri.EscapeDataString(resourceKey)}" : "";
        var escaped = Uri.EscapeDataString(id);
        var shown = new Uri(tuning.Drive, $"file/d/{escaped}/view").AbsoluteUri;
        return new WebLink(new Uri(tuning.Drive, $"uc?export=download&id={escaped}{key}"), shown, shown, IsDrive: true);
    }

    private static bool IsAt(Uri address, Uri host) => address.Authority.Equals(host.Authority, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^/file/(u/[0-9]+/)?d/(?<id>[^/]+)", RegexOptions.CultureInvariant)]
    private static partial Regex SharedFile();
}
