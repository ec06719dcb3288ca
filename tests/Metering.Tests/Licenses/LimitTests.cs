using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>Everything that a license may hold has a limit, and the limit is an answer.</summary>
public sealed class LimitTests
{
    [Fact]
    public void Features()
    {
        var world = new World([.. Enumerable.Range(0, MeterLimits.Meters).Select(number => Of(Limit(1), "f" + number))]);
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AssignFeature { Feature = Of(Limit(1), "more") }).Code);
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new SetPlans { Plans = [Plan("p", "g", Of(Limit(1), "more"))] }).Code);
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Limit(2), "f7") });
        var open = new OpenLicense
        {
            LicenseId = "lic_2",
            TenantId = "t",
            Features = [.. Enumerable.Range(0, MeterLimits.Meters + 1).Select(number => Of(Limit(1), "f" + number))],
        };
        Assert.Equal(RefusalCode.LimitReached, Assert.IsType<Refusal>(LicenseMeter.Apply(null, open, World.Begin).Answer).Code);
    }

    [Fact]
    public void Grants_and_those_that_are_used_up_make_room()
    {
        var world = new World(Limit(0));
        for (var i = 0; i < MeterLimits.Grants; i++)
        {
            world.Grant(1);
        }

        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AddGrant { FeatureCode = Calls, Amount = 1 }).Code);
        world.Use(30);
        world.Grant(1);
        Assert.Equal(
            (71, MeterLimits.EndedGrants, 30),
            (world.Meter.Grants.Length, world.Meter.EndedGrants.Length, world.EntriesOf(EntryKind.GrantEnded).Count()));
        Assert.Equal(71, world.See().Remaining);
    }

    [Fact]
    public void Open_holds_have_a_limit_that_the_operator_sets()
    {
        var world = new World(Limit(null)) { Rules = new MeterRules { MaxOpenHolds = 20 } };
        var leases = Enumerable.Range(0, 10).Select(_ => world.Hold(1, kind: HoldKind.Lease)).ToList();
        for (var i = leases.Count; i < 20; i++)
        {
            world.Hold(1);
        }

        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 }).Code);
        Assert.Equal(20, world.Meter.Held);
        world.Do(new SyncLease { HoldId = leases[0].Id, Close = true });
        world.Hold(1);
        Assert.Equal(1000, new MeterRules().MaxOpenHolds);
    }

    [Fact]
    public void As_many_closed_leases_are_kept_as_holds_may_be_open()
    {
        var world = new World(Limit(null)) { Rules = new MeterRules { MaxOpenHolds = 20 } };
        var leases = Enumerable.Range(0, 21).Select(i =>
        {
            var lease = world.Hold(1, seconds: 100 + i, kind: HoldKind.Lease);
            world.Do(new SyncLease { HoldId = lease.Id, Close = true });
            return lease;
        }).ToList();
        Assert.Equal(20, world.State.Holds.Count);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new SyncLease { HoldId = leases[0].Id }).Code);
        Assert.Equal(1, world.Record(1, lease: leases[1].Id).Used);
    }

    [Fact]
    public void Keys_of_a_gauge_and_those_at_zero_make_room()
    {
        var world = new World(Limit(null), MetricType.Gauge);
        for (var i = 0; i < MeterLimits.Keys; i++)
        {
            world.Use(1, key: "k" + i);
        }

        world.Refuse(RefusalCode.LimitReached, key: "more");
        Assert.Equal(
            RefusalCode.LimitReached,
            Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, 1, "more", world.Now, MeterRules.Default)).Code);
        world.Use(0, key: "k1");
        world.Use(1, key: "more");
        Assert.Equal(MeterLimits.Keys, world.Meter.Used);
    }

    [Fact]
    public void Balances()
    {
        var world = new World(Limit(1));
        for (var i = 0; i < MeterLimits.Balances; i++)
        {
            world.Do<BalanceAnswer>(new OpenBalance { Unit = "U" + i });
        }

        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new OpenBalance { Unit = "more" }).Code);
    }
}
