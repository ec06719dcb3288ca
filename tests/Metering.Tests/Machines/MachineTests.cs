using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests;

public sealed class MachineTests
{
    [Fact]
    public void Cores_of_all_machines_add_up()
    {
        var world = Cores(16);
        var first = world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 4, Name = "Alpha" });
        Assert.Equal((true, 4m, 16m, "Alpha"), (first.Created, first.TotalCores, first.MaxCores, first.Name));
        Assert.Equal(12, world.Do<MachineAnswer>(new SetMachine { Fingerprint = "b", Cores = 8 }).TotalCores);
        var again = world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 8 });
        Assert.Equal((false, 16m, "Alpha"), (again.Created, again.TotalCores, again.Name));
    }

    [Fact]
    public void A_machine_over_the_limit_is_refused_with_the_sum_the_limit_and_its_cores()
    {
        var world = Cores(16);
        world.Do(new SetMachine { Fingerprint = "a", Cores = 12 });
        var refusal = world.Do<Refusal>(new SetMachine { Fingerprint = "b", Cores = 8 });
        Assert.Equal((RefusalCode.QuotaExceeded, 12m), (refusal.Code, refusal.OtherCores));
        Assert.Equal((12m, 16m, 8m), (refusal.Usage!.Used, refusal.Usage.Allowance, refusal.Usage.Amount));
        Assert.Equal("The license may have 16 cores; its other machines have 12, and this machine has 8.", refusal.Detail);
        Assert.False(world.State.FindMeter(Machines.FeatureCode)!.Readings!.ContainsKey("b"));
    }

    [Fact]
    public void A_machine_that_grows_over_the_limit_keeps_what_it_had()
    {
        var world = Cores(16);
        world.Do(new SetMachine { Fingerprint = "a", Cores = 4 });
        world.Do(new SetMachine { Fingerprint = "b", Cores = 8 });
        Assert.Equal(8, world.Do<Refusal>(new SetMachine { Fingerprint = "a", Cores = 9 }).OtherCores);
        Assert.Equal(12, world.See(Machines.FeatureCode).Used);
    }

    [Fact]
    public void Cores_move_from_machine_to_machine()
    {
        var world = Cores(8);
        world.Do(new SetMachine { Fingerprint = "a", Cores = 8 });
        Assert.IsType<Refusal>(world.Do(new SetMachine { Fingerprint = "b", Cores = 8 }));
        world.Do<Done>(new RemoveMachine { Fingerprint = "a" });
        Assert.Equal((EntryKind.Recorded, -8m, 0m), (world.Entries[^1].Kind, world.Entries[^1].Amount, world.Entries[^1].After));
        Assert.Equal(8, world.Do<MachineAnswer>(new SetMachine { Fingerprint = "b", Cores = 8 }).TotalCores);
    }

    [Fact]
    public void A_machine_that_is_not_there_cannot_be_removed()
    {
        var world = Cores(8);
        Assert.Equal(RefusalCode.MachineNotFound, world.Do<Refusal>(new RemoveMachine { Fingerprint = "a" }).Code);
        Assert.Equal(RefusalCode.MachineNotFound, new World(Limit(1)).Do<Refusal>(new RemoveMachine { Fingerprint = "a" }).Code);
    }

    [Fact]
    public void Without_a_limit_of_its_own_a_license_registers_machines_freely()
    {
        var world = new World(Limit(1));
        Assert.Null(world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 1000 }).MaxCores);
        Assert.Equal(1000, world.See(Machines.FeatureCode).Used);
        Assert.Equal([EntryKind.FeatureChanged, EntryKind.Consumed], world.Last.Entries.Select(entry => entry.Kind));
    }

    [Fact]
    public void A_plan_that_comes_later_limits_the_machines_that_were_registered_freely()
    {
        var world = new World(Limit(1));
        world.Do(new SetMachine { Fingerprint = "a", Cores = 12 });
        world.Do<LicenseAnswer>(new SetPlans { Plans = [] });
        Assert.Equal(12, world.See(Machines.FeatureCode).Used);
        world.Do<LicenseAnswer>(new SetPlans { Plans = [Plan("pro", "base", Of(Limit(16), Machines.FeatureCode, MetricType.Gauge))] });
        Assert.Equal((16m, 12m), (world.See(Machines.FeatureCode).Limit, world.See(Machines.FeatureCode).Used));
        Assert.Equal(RefusalCode.QuotaExceeded, world.Do<Refusal>(new SetMachine { Fingerprint = "b", Cores = 8 }).Code);
    }

    [Fact]
    public void Machines_stay_when_a_period_ends()
    {
        var world = new World(Of(Limit(16, Interval.Month), Machines.FeatureCode, MetricType.Gauge));
        world.Do(new SetMachine { Fingerprint = "a", Cores = 12 });
        world.WaitUntil("2026-02-01");
        Assert.IsType<Refusal>(world.Do(new SetMachine { Fingerprint = "b", Cores = 8 }));
        Assert.Equal(16, world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 16 }).TotalCores);
        Assert.Single(world.EntriesOf(EntryKind.PeriodClosed));
    }

    [Fact]
    public void Machines_of_a_license_that_may_not_be_used_are_refused()
    {
        var world = Cores(8);
        world.Do(new ChangeLicense { Suspended = true });
        Assert.Equal(RefusalCode.LicenseSuspended, world.Do<Refusal>(new SetMachine { Fingerprint = "a", Cores = 1 }).Code);
    }

    [Fact]
    public void Cores_that_are_no_gauge_take_no_machines() => Assert.Equal(
        "/cores",
        new World(Of(Limit(8), Machines.FeatureCode)).Do<Refusal>(new SetMachine { Fingerprint = "a", Cores = 1 }).Pointer);

    private static World Cores(decimal limit) => new(Of(Limit(limit), Machines.FeatureCode, MetricType.Gauge));
}
