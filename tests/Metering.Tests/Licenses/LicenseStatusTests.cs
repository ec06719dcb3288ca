using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

public sealed class LicenseStatusTests
{
    [Fact]
    public void A_license_opens_once()
    {
        var world = new World(Limit(10));
        world.Use(3);
        var again = LicenseMeter.Apply(world.State, new OpenLicense { LicenseId = "lic_1", TenantId = "other" }, world.Now);
        Assert.Same(world.State, again.State);
        Assert.Equal((new Done(world.State.Sequence), 0), (again.Answer, again.Entries.Length));
    }

    [Fact]
    public void A_suspended_license_is_refused_until_resumed()
    {
        var world = new World(Limit(10));
        world.Do<LicenseAnswer>(new ChangeLicense { Suspended = true });
        world.Refuse(RefusalCode.LicenseSuspended);
        Assert.Equal(RefusalCode.LicenseSuspended, LicenseMeter.Invalidity(world.State, world.Now));
        world.Do(new ChangeLicense { Suspended = false });
        world.Use(1);
        Assert.Null(LicenseMeter.Invalidity(world.State, world.Now));
    }

    [Fact]
    public void A_license_expires_at_its_instant()
    {
        var world = new World(Limit(10));
        world.Do(new ChangeLicense { SetExpiry = true, ExpiresAt = At("2026-01-10") });
        world.WaitUntil("2026-01-09T23:59:59.999Z").Use(1);
        world.WaitUntil("2026-01-10").Refuse(RefusalCode.LicenseExpired);
        Assert.Equal(RefusalCode.LicenseExpired, LicenseMeter.Invalidity(world.State, world.Now));
        world.Do(new ChangeLicense { SetExpiry = true });
        world.Use(1);
    }

    [Fact]
    [Rule(12)]
    public void Validity_does_not_look_at_usage()
    {
        var world = new World(Limit(0));
        world.Record(100);
        world.Refuse(RefusalCode.QuotaExceeded);
        Assert.Null(LicenseMeter.Invalidity(world.State, world.Now));
    }

    [Fact]
    public void A_deleted_license_is_gone_for_good()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(5);
        world.Do<LicenseAnswer>(new ChangeLicense { Deleted = true });
        Command[] commands =
        [
            new Consume { FeatureCode = Calls }, new RecordUse { FeatureCode = Calls }, new SetPlans(), new ResetUsage(),
            new CommitHold { HoldId = hold.Id }, new ReleaseHold { HoldId = hold.Id }, new OpenBalance { Unit = "USD" },
            new AddGrant { FeatureCode = Calls, Amount = 1 }, new SetMachine { Fingerprint = "a" }, new RecordUse
            {
                FeatureCode = Calls,
                LeaseId = hold.Id,
            },
        ];
        Assert.All(commands, command => Assert.Equal(RefusalCode.LicenseNotFound, world.Do<Refusal>(command).Code));
        Assert.Equal(RefusalCode.LicenseNotFound, LicenseMeter.Invalidity(world.State, world.Now));
        Assert.Equal(
            RefusalCode.LicenseNotFound,
            Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, 1, null, world.Now, MeterRules.Default)).Code);
        var sequence = world.State.Sequence;
        world.Do<LicenseAnswer>(new ChangeLicense { Deleted = true });
        Assert.Equal(RefusalCode.LicenseNotFound, world.Do<Refusal>(new ChangeLicense { Deleted = false, Suspended = true }).Code);
        Assert.Equal((sequence, false), (world.State.Sequence, world.State.Suspended));
        world.Refuse(RefusalCode.LicenseNotFound);
    }
}
