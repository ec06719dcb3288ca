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
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => LeaseKey.FromPkcs8(other.ExportPkcs8PrivateKey()));
    }
}
