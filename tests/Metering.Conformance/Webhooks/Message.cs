using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Metering.Conformance.Webhooks;

/// <summary>A message as it came.</summary>
public sealed record Message(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>Whether one of the signatures is right for a secret, as Standard Webhooks describes it.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        return Signature.Split(' ').Contains(expected);
    }

    /// <summary>Whether it is about a license.</summary>
    public bool IsAbout(string licenseId) => Body.Contains($"\"{licenseId}\"", StringComparison.Ordinal);
}
