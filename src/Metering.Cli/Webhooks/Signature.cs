using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Cli.Webhooks;

/// <summary>Standard Webhooks: whether a message is from who has the secret, and was sent now.</summary>
internal static class Signature
{
    public const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The key in a secret; null where it is none.</summary>
    public static byte[]? Key(string secret)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length > 0
                ? key[..length]
                : null;
    }

    /// <summary>Why a message can't be trusted; null when it can.</summary>
    public static string? WhyNot(byte[] key, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now)
    {
        if (id is null || timestamp is null || signatures is null)
        {
            return "a webhook- header is missing";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return "its timestamp is more than 5 minutes off: it is old, or one of the clocks is wrong";
        }

        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.UTF8.GetBytes(Version + Convert.ToBase64String(HMACSHA256.HashData(key, content)));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected))
            ? null
            : "its signature does not match this secret";
    }
}
