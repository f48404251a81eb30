using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GenreCloud.Inference.Webhooks;

/// <summary>
/// Signs as Standard Webhooks 1.0 has it: header <c>webhook-signature</c> is <c>v1,</c> and the HMAC-SHA256 of <c>{webhook-id}.{webhook-timestamp}.{body}</c> in
/// base64; the timestamp is in seconds since 1970.
/// </summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";

    /// <summary>What the specification asks for is 24 to 64.</summary>
    private const int SecretBytes = 32;

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <param name="secret">As <see cref="NewSecret"/> makes it.</param>
    /// <param name="id">Of the event.</param>
    /// <param name="timestamp">Of the attempt.</param>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}.{body}");
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), Encoding.UTF8.GetBytes(signed)))}";
    }
}
