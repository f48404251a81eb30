using System.Web;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>An address with its secrets, and what is left without them.</summary>
internal static class SourceAddress
{
    /// <summary>What takes the place of a secret.</summary>
    private const string Hidden = "***";

    /// <summary>Parameters whose values name a file or what to do with it; any other may be a signature or a token, and is not shown.</summary>
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "export", "file", "filename", "name", "path", "dl", "download", "version", "versionid", "snapshot", "raw",
    };

    /// <summary>
    /// Parameters of the signatures of Azure, AWS, Google and CloudFront, and the usual names of tokens: they differ from one link to
    /// the same file to the next.
    /// </summary>
    private static readonly HashSet<string> Signature = new(StringComparer.OrdinalIgnoreCase)
    {
        "sig", "se", "st", "sp", "sv", "sr", "ss", "srt", "spr", "sip", "skoid", "sktid", "skt", "ske", "sks", "skv",
        "awsaccesskeyid", "googleaccessid", "expires", "signature", "policy", "key-pair-id", "token", "access_token",
    };

    private static readonly string[] SignaturePrefixes = ["x-amz-", "x-goog-"];

    public static bool IsHttp(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    /// <summary>Fit for logs, messages and answers: without user, fragment, and every value that may be a secret.</summary>
    public static string WithoutSecrets(string url) => IsHttp(url) ? WithoutSecrets(new Uri(url)) : url;

    /// <inheritdoc cref="WithoutSecrets(string)"/>
    public static string WithoutSecrets(Uri address) => Join(
        address, Parameters(address).Select(parameter => Shown.Contains(NameOf(parameter)) || !parameter.Contains('=') ? parameter : $"{NameOf(parameter)}={Hidden}"));

    /// <summary>The same for every link to the same file of a host, whatever its signature is.</summary>
    public static string Identity(Uri address) => Join(address, Parameters(address).Where(parameter => !IsSignature(NameOf(parameter))));

    private static string[] Parameters(Uri address) => address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);

    private static string NameOf(string parameter) => HttpUtility.UrlDecode(parameter.Split('=')[0]);

    private static bool IsSignature(string name) =>
        Signature.Contains(name) || SignaturePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static string Join(Uri address, IEnumerable<string> parameters)
    {
        var query = string.Join('&', parameters);
        return $"{address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}{(query.Length > 0 ? "?" : "")}{query}";
    }
}
