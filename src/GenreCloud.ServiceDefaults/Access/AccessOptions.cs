using System.ComponentModel.DataAnnotations;

namespace GenreCloud.ServiceDefaults;

/// <summary>Settings of who may call a service, read from the configuration section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>
    /// Whether callers have to say who they are, by an API key or a token of Entra ID. Without it a service answers only those of its own machine, and does not
    /// start at an address that others reach.
    /// </summary>
    public bool RequireAuthentication { get; set; }

    /// <summary>Lets a service that does not ask who calls answer everyone who reaches its address.</summary>
    public bool AllowAnonymousOnNetwork { get; set; }

    /// <summary>
    /// Names without a port, separated by semicolons (<c>genres.example;genres.lan</c>), under which browsers reach a service of this machine that does not ask who
    /// calls: those of a proxy before it. <c>localhost</c> and loopback addresses are always taken.
    /// </summary>
    public string? AllowedHosts { get; set; }

    /// <summary>Whose tokens are taken besides API keys: <c>https://login.microsoftonline.com/TENANT/v2.0</c>; none unless given.</summary>
    [Url]
    public string? EntraAuthority { get; set; }

    /// <summary>Whom the tokens have to be for: the client id or the application id URI of this API's app registration.</summary>
    public string? EntraAudience { get; set; }

    /// <summary>Requests a minute of one key or account, by each replica; as many may come at once. More get 429.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerMinute { get; set; } = 6000;

    /// <summary>Wrong keys a minute from one address, by each replica. After that no key from there is looked at for a while.</summary>
    [Range(1, 1_000_000)]
    public int WrongKeysPerMinute { get; set; } = 20;
}
