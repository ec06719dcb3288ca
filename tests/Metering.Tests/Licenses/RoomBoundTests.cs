using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>What a caller names takes room by its length, and a full license takes only what is no longer than what it replaces.</summary>
public sealed class RoomBoundTests
{
    // Ten of them fill a license but for what comes with each.
    private const int Length = MeterLimits.Room / 10;

    [Theory]
    [InlineData("feature")]
    [InlineData("name")]
    [InlineData("unit")]
    [InlineData("plan")]
    [InlineData("group")]
    [InlineData("key")]
    [InlineData("machine")]
    [InlineData("removed")]
    [InlineData("lease")]
    [InlineData("user")]
    public void Nine_texts_of_a_tenth_of_the_room_have_room(string what)
    {
        var world = NewWorld();
        var taken = 0;
        while (taken < 20 && Takes(world, what, taken, new string('x', Length) + taken))
        {
            taken++;
        }

        Assert.Equal(9, taken);
    }

    [Theory]
    [InlineData("aZ09._:-/ @", 1)]
    [InlineData("\u4e00\"&\n", 3)]
    public void Only_what_json_writes_as_it_is_takes_one_byte(string signs, int bytes)
    {
        var text = string.Concat(Enumerable.Repeat(signs, MeterLimits.Room / 2 / signs.Length / bytes));
        var world = NewWorld();
        Assert.True(Takes(world, "name", 0, text[..(text.Length * 9 / 10)]));
        Assert.True(Takes(world, "name", 1, text));
        Assert.False(Takes(world, "name", 2, text));
    }

    [Fact]
    public void On_a_full_license_texts_may_be_replaced_by_no_longer_ones()
    {
        var world = NewWorld();
        for (var number = 0; number < 9; number++)
        {
            Assert.True(Takes(world, number % 2 == 0 ? "machine" : "name", number, new string('x', Length)));
        }

        foreach (var (what, number) in new[] { ("machine", 0), ("name", 1) })
        {
            Assert.True(Takes(world, what, number, new string('y', Length)));
            Assert.False(Takes(world, what, number, new string('z', Length * 2)));
            Assert.True(Takes(world, what, number, "short"));
            Assert.True(Takes(world, what, number, new string('y', Length)));
        }
    }

    [Fact]
    public void Grants_take_room_also_for_a_while_after_they_are_over()
    {
        var world = NewWorld();
        Assert.True(Takes(world, "name", 0, new string('x', MeterLimits.Room - (20 * 128))));
        var given = 0;
        while (given < 30 && world.Do(new AddGrant { FeatureCode = Calls, Amount = 1 }) is GrantAnswer grant)
        {
            given++;
            if (given <= 5)
            {
                world.Do(new VoidGrant { GrantId = grant.Id });
            }
        }

        Assert.InRange(given, 15, 20);
        Assert.Equal((given - 5, 5), (world.Meter.Grants.Length, world.Meter.EndedGrants.Length));
    }

    [Fact]
    public void Holds_take_room_once_and_give_it_back()
    {
        var world = NewWorld();
        Assert.True(Takes(world, "name", 0, new string('x', MeterLimits.Room - 1_000)));
        var holds = OpenAll(world);
        Assert.InRange(holds.Count, 6, 12);
        var stored = world.State with { Holds = HoldSet.Of(world.State.Holds) };
        var one = new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 600 };
        Assert.IsType<Refusal>(LicenseMeter.Apply(stored, one, world.Now).Answer);

        holds.ForEach(hold => world.Do<Done>(new ReleaseHold { HoldId = hold }));
        var lease = world.Hold(50, kind: HoldKind.Lease);
        for (var step = 0; step < 10; step++)
        {
            world.Record(1, lease: lease.Id);
        }

        // The lease has a name, and takes the place of two others.
        var others = OpenAll(world);
        Assert.InRange(others.Count, holds.Count - 2, holds.Count - 1);
        others.ForEach(hold => world.Do<UsageAnswer>(new CommitHold { HoldId = hold }));

        // Closed it is kept for late use, with its name.
        world.Do<UsageAnswer>(new SyncLease { HoldId = lease.Id, Close = true });
        Assert.Equal(others.Count, OpenAll(world).Count);
    }

    [Fact]
    public void Closed_leases_take_room_for_as_long_as_they_are_kept()
    {
        var world = new World(Of(Limit(null))) { Rules = new MeterRules { MaxOpenHolds = 2 } };
        for (var number = 0; number < 12; number++)
        {
            Assert.True(Takes(world, "lease", number, new string('x', Length)));
            world.Do<UsageAnswer>(new SyncLease { HoldId = world.State.Holds.First(hold => !hold.Closed).Id, Close = true });
        }

        Assert.Equal(2, world.State.Holds.Count);
    }

    private static List<string> OpenAll(World world)
    {
        var opened = new List<string>();
        while (opened.Count < 100
            && world.Do(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 600 }) is HoldAnswer hold)
        {
            opened.Add(hold.Id);
        }

        return opened;
    }

    private static World NewWorld() =>
        new(Of(Limit(null)), Of(Limit(null), "levels", MetricType.Gauge), new FeatureTerms(Machines.Feature, Limit(null)));

    private static bool Takes(World world, string what, int number, string text)
    {
        var code = "f" + number;
        switch (what)
        {
            case "feature":
                return Assigned(world, Feature(text));
            case "name":
                return Assigned(world, Feature(code) with { Name = text });
            case "unit":
                return Assigned(world, Feature(code) with { Unit = text });
            case "plan" or "group":
                var plans = Enumerable.Range(0, number + 1).Select(i => text[..^1] + i);
                return world.Do(new SetPlans
                {
                    Plans = [.. plans.Select((name, i) => what == "plan" ? Plan(name, "g" + i) : Plan("p" + i, name))],
                }) is LicenseAnswer;
            case "key":
                return world.Do(new Consume { FeatureCode = "levels", Given = 1, Key = text }) is UsageAnswer;
            case "machine":
                return world.Do(new SetMachine { Fingerprint = code, Name = text, Cores = 1 }) is MachineAnswer;
            case "removed":
                return world.Do(new SetMachine { Fingerprint = text, Cores = 1 }) is MachineAnswer
                    && world.Do(new RemoveMachine { Fingerprint = text }) is Done;
            case "lease":
                return world.Do(new OpenHold
                {
                    FeatureCode = Calls, Amount = 1, TtlSeconds = 60, Kind = HoldKind.Lease, Fingerprint = text,
                }) is HoldAnswer;
            default:
                world.Use(user: text);
                return world.Meter.Days[^1].ByUser!.ContainsKey(text);
        }
    }

    private static bool Assigned(World world, Feature feature) =>
        world.Do(new AssignFeature { Feature = new FeatureTerms(feature, Limit(null)) }) is AssignmentAnswer;
}
