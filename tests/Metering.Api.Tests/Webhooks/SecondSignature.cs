using System.Security.Cryptography;
using System.Text;

namespace Metering.Api.Tests.Webhooks;

/// <summary>
/// Checks Standard Webhooks signatures as a receiver would: written from the specification, sharing nothing with the sender.
/// </summary>
internal static class SecondSignature
{
    public static bool Verifies(string secret, string id, string timestamp, string body, string header)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret.Split('_', 2)[1]));
        foreach (var part in (string[])[id, ".", timestamp, ".", body])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        var expected = hash.GetHashAndReset();
        foreach (var signature in header.Split(' '))
        {
            var parts = signature.Split(',', 2);
            if (parts is ["v1", var value] && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(value), expected))
            {
                return true;
            }
        }

        return false;
    }
}
