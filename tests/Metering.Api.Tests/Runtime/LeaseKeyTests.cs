using System.Security.Cryptography;

namespace Metering.Api.Tests;

public sealed class LeaseKeyTests
{
    [Fact]
    public void A_lease_key_is_the_same_after_it_was_kept()
    {
        var key = LeaseKey.Generate();
        var read = LeaseKey.FromPkcs8(key.ToPkcs8());
        Assert.Equal((key.Id, key.X, key.Y), (read.Id, read.X, read.Y));
        Assert.NotEqual(key.Id, LeaseKey.Generate().Id);
    }

    [Theory]
    [InlineData("1.3.132.0.34")] // P-384
    [InlineData("1.3.132.0.10")] // secp256k1, of 256 bits as P-256
    [InlineData("1.3.36.3.3.2.8.1.1.7")] // brainpoolP256r1
    public void A_key_on_another_curve_is_refused_whatever_its_size(string curve)
    {
        using var other = ECDsa.Create(ECCurve.CreateFromValue(curve));
        Assert.Throws<CryptographicException>(() => LeaseKey.FromPkcs8(other.ExportPkcs8PrivateKey()));
    }
}
