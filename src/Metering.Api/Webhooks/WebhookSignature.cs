using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Api;

/// <summary>Signs deliveries as Standard Webhooks 1.0 describes: HMAC-SHA256 over message id, time and body.</summary>
public static class WebhookSignature
{
    /// <summary>What a secret begins with.</summary>
    public const string SecretPrefix = "whsec_";

    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <summary>A new secret of 32 random bytes.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text is a secret: <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    public static bool IsSecret(string text)
    {
        // What is longer finds no room and is refused. 24 to 64 bytes are what Standard Webhooks asks for.
        Span<byte> bytes = stackalloc byte[MaxSecretBytes];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length)
            && length >= MinSecretBytes;
    }

    /// <summary>The header <c>webhook-signature</c>: one signature for each secret that is valid, separated by spaces.</summary>
    /// <param name="secrets">The webhook's secrets.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="sentAt">When it is sent: the header <c>webhook-timestamp</c>, in whole seconds.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Sign(IEnumerable<WebhookSecret> secrets, string messageId, DateTimeOffset sentAt, string body)
    {
        var timestamp = sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var content = Encoding.UTF8.GetBytes($"{messageId}.{timestamp}.{body}");
        var signatures = secrets
            // Every secret that is valid signs, so that a receiver may change over whenever it likes while one replaces the other.
            .Where(secret => secret.ExpiresAt is null || secret.ExpiresAt > sentAt)
            .Select(secret => Convert.FromBase64String(secret.Value[SecretPrefix.Length..]))
            .Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content)));
        return string.Join(' ', signatures);
    }
}
