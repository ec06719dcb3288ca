using System.Security.Cryptography;
using System.Text;

namespace Receivers;

public static class MeterWebhook
{
    public static bool IsFromMeter(string secret, IReadOnlyDictionary<string, string> headers, string body)
    {
        var (id, timestamp) = (headers["webhook-id"], headers["webhook-timestamp"]);
        if (!long.TryParse(timestamp, out var seconds)
            || (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > TimeSpan.FromMinutes(5))
        {
            return false;
        }

        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return headers["webhook-signature"].Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(expected)));
    }
}
