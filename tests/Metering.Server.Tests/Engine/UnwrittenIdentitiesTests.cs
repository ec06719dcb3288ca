using Metering.Server.Engine;

namespace Metering.Server.Tests.Engine;

[Rule(8)]
public sealed class UnwrittenIdentitiesTests
{
    /// <summary>A clock that jumps past the memory lets a key count again while its first batch still waits for the store.</summary>
    [Fact]
    public void A_key_that_counted_again_is_known_when_its_first_batch_is_forgotten()
    {
        var unwritten = new UnwrittenIdentities();
        var key = new IdentityKey(1, IdentityKey.OfKey("key-1"));
        using var first = Remember(unwritten, key);
        using var second = Remember(unwritten, key);

        unwritten.Remove(first);
        Assert.NotNull(unwritten.Find(key));

        unwritten.Remove(second);
        Assert.Null(unwritten.Find(key));
    }

    private static AppliedRows Remember(UnwrittenIdentities unwritten, IdentityKey key)
    {
        var open = new OpenLicense { LicenseId = "lic_a", TenantId = "tenant_acme" };
        var command = new SingleCommand("lic_a", open, Once.ByKey("key-1", "body"));
        var rows = new AppliedRows(new Stack<byte[]>());
        var outcome = LicenseMeter.Apply(null, open, new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        unwritten.Add(rows, rows.Add(command, new LicenseCell("lic_a", key.License), outcome).Remembered);
        return rows;
    }
}
