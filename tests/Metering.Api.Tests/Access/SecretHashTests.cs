using System.Security.Cryptography;
using System.Text;

namespace Metering.Api.Tests;

public sealed class SecretHashTests
{
    [Theory]
    [InlineData("")]
    [InlineData("lk_abc")]
    [InlineData("ключ")]
    public void A_secrets_hash_is_its_sha256_in_hex(string secret)
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        Assert.Equal(expected, SecretHash.Of(secret).ToString());
        Assert.Equal(SecretHash.Of(secret), SecretHash.FromHex(expected));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new string('k', 5000)))),
            SecretHash.Of(new string('k', 5000)).ToString());
    }
}
