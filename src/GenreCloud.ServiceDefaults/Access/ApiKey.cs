using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GenreCloud.ServiceDefaults;

/// <summary>An API key as it is stored: its secret is only known to its owner.</summary>
public sealed record ApiKey
{
    /// <summary>Which key it is; part of the key itself, and no secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; stands in histories.</summary>
    public required string Name { get; init; }

    public required AccessScope Scope { get; init; }

    /// <summary>SHA-256 of the secret, which is random and so long that nothing slower is needed.</summary>
    public required byte[] SecretSha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is not taken any more; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsValidAt(DateTimeOffset time) => ExpiresAt is not { } end || time < end;

    /// <summary>Whether a secret is this key's, in the same time for all that are not.</summary>
    public bool IsSecret(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, SecretSha256);
    }
}

/// <summary>The text of a key: <c>gck_{id}_{secret}</c>, both in hexadecimal. It begins so that scanners of repositories can find one.</summary>
internal sealed record ApiKeyText(string Id, byte[] Secret)
{
    public const string Prefix = "gck_";

    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    public static ApiKeyText New() => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes));

    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Split('_') is not [_, { Length: IdBytes * 2 } id, { Length: SecretBytes * 2 } secret])
        {
            return false;
        }

        try
        {
            key = new ApiKeyText(id, Convert.FromHexString(secret));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The key itself, for its owner and nobody else.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Convert.ToHexStringLower(Secret)}";
}
