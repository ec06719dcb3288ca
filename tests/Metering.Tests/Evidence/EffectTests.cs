using System.Text.Json;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Evidence;

/// <summary>What entries carry besides their numbers, and what moves without one (rule 9).</summary>
[Rule(9)]
public sealed class EffectTests
{
    [Fact]
    public void A_consume_that_the_limit_covers_carries_nothing()
    {
        var world = new World(Limit(1000, Interval.Month));
        world.Use(5);
        world.Wait(TimeSpan.FromHours(1)).Use(7);

        Assert.All(world.EntriesOf(EntryKind.Consumed), entry => Assert.Null(EffectOf(entry)));
    }

    [Fact]
    public void A_reading_a_priced_use_and_a_step_of_a_lease_carry_nothing_either()
    {
        var world = new World(Of(Priced(1000, From(0) with { UnitPrice = 0.5m })), Of(Limit(1000), "seats", MetricType.Gauge));
        world.Balance(100);
        world.Use(1);
        var lease = world.Hold(50, kind: HoldKind.Lease);
        world.Use(5);
        world.Record(20, lease: lease.Id);
        world.Use(3, "seats", key: "ann");
        world.Record(4, "seats", key: "ann");

        // The first use of a period enters the first tier.
        Assert.All(world.EntriesOf(EntryKind.Consumed).Skip(1), entry => Assert.Null(EffectOf(entry)));
        Assert.All(world.EntriesOf(EntryKind.Recorded), entry => Assert.Null(EffectOf(entry)));
    }

    [Fact]
    public void The_last_entry_of_a_command_carries_what_the_numbers_do_not_say()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.Grant(5);
        world.WaitUntil("2026-02-03").Use(12);

        var entries = world.Last.Entries;
        Assert.Equal([EntryKind.PeriodClosed, EntryKind.Consumed], entries.Select(entry => entry.Kind));
        Assert.Null(EffectOf(entries[0]));
        var meter = Assert.Single(EffectOf(entries[1])!.Value.GetProperty("meters").EnumerateArray());
        Assert.Equal("2026-02-01T00:00:00Z", meter.GetProperty("period").GetProperty("start").GetString());
        Assert.Equal(10, meter.GetProperty("limit_used").GetDecimal());
        Assert.Equal(2, Assert.Single(meter.GetProperty("grants").GetProperty("used").EnumerateArray()).GetProperty("used").GetDecimal());
    }

    [Fact]
    public void What_a_correction_gives_back_of_what_is_partly_paid_is_stored_with_its_entry()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Record(10);
        world.Balance(5);
        world.Use(3);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 8 });
        var replay = new EvidenceReplay(world.State.LicenseId);
        foreach (var entry in world.Entries)
        {
            replay.Add(LedgerEntryReader.ReadPlain(JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry))!);
        }

        Assert.Empty(replay.Compare(world.State, world.ClosedDays, world.ClosedPeriods));

        // An older entry does not say it: then its cost was given back.
        var older = new LedgerEntry { Kind = EntryKind.Decremented, FeatureCode = Calls, Cost = -8, Unit = "USD", BalanceAfter = 10 };
        Assert.Equal((8m, 3m), (older.BalanceDelta, world.Entries[^1].BalanceDelta));
    }

    [Fact]
    public void An_effect_is_stored_and_shown_to_nobody()
    {
        Assert.DoesNotContain(typeof(LedgerEntry).GetProperties(), property => property.PropertyType == typeof(CommandEffect));
        Assert.NotNull(EffectOf(new World(Limit(10)).Entries[0]));
    }

    [Fact]
    public void Every_kind_of_entry_has_an_effect_that_is_known()
    {
        var replay = new EvidenceReplay("lic_1");
        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            replay.Add(new LedgerEntry { Kind = kind, FeatureCode = "calls", Unit = "USD", BalanceAfter = 0, HoldId = "res_1" });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Add(new LedgerEntry { Kind = (EntryKind)99, FeatureCode = "calls" }));
    }

    [Fact]
    public void Without_an_entry_the_state_stays_as_it_was_and_only_a_refusal_is_tallied()
    {
        var world = new World(Limit(10, Interval.Day) with { RolloverMax = 3 });
        world.Use(4);
        world.WaitUntil("2026-01-02").Use(10);
        var before = world.Meter;

        // By now the first day's period is forgotten, which leaves no entry.
        world.WaitUntil("2026-01-02T23:00:00Z").Do(new DecrementUsage { FeatureCode = Calls, Amount = -1 });
        Assert.Equal(before, world.Meter);
        Assert.Equal(world.Now, world.State.LastSeen);

        world.Refuse(RefusalCode.QuotaExceeded, 4);
        Assert.Equal(1, world.Meter.Days[^1].Refused);
        Assert.Equal(before, world.Meter with { Days = before.Days });
    }

    [Fact]
    public void A_day_that_closes_with_a_refusal_is_told_by_its_rollup()
    {
        var world = new World(Limit(10));
        world.Use(10);
        world.WaitUntil("2026-01-05").Refuse(RefusalCode.QuotaExceeded);

        Assert.Empty(world.Last.Entries);
        Assert.Equal(new DateOnly(2026, 1, 1), Assert.Single(world.Last.ClosedDays).Rollup.Day);
        Assert.Equal(At("2026-01-02"), world.Meter.Past!.DaysClosedThrough);
        Assert.Empty(Verify(world));
        var further = world.State.With(world.Meter with { Past = world.Meter.Past with { DaysClosedThrough = At("2026-01-03") } });
        Assert.Contains(
            "lic_1: calls: days_closed_through is 2026-01-03T00:00:00Z, by the ledger 2026-01-02T00:00:00Z", Verify(world, further));
    }

    [Fact]
    public void Differences_are_named_and_bounded()
    {
        var world = new World(Priced(100, From(0) with { UnitPrice = 1 }));
        world.Balance(100);
        world.Use(7);
        var wrong = world.State.With(world.Meter with { LimitUsed = 0 }).With(world.State.Balances[0] with { Spent = 3 });

        Assert.Equal(
            [
                "lic_1: calls: limit_used is 0, by the ledger 7",
                "lic_1: calls: used is 7, but its parts come to 0",
                "lic_1: balance USD: spent is 3, by the ledger 7",
            ],
            Verify(world, wrong));
        var rollups = Enumerable.Range(0, 100)
            .Select(day => new ClosedDay(Calls, new DayRollup { Day = new DateOnly(2020, 1, 1).AddDays(day), Sum = 1 }));
        var replay = Replay(world);
        Assert.Equal(EvidenceReplay.MaxDifferences + 1, replay.Compare(world.State, rollups, []).Count);
    }

    private static IReadOnlyList<string> Verify(World world, LicenseState? state = null) =>
        Replay(world).Compare(state ?? world.State, world.ClosedDays, world.ClosedPeriods);

    private static EvidenceReplay Replay(World world)
    {
        var replay = new EvidenceReplay("lic_1");
        world.Entries.ForEach(replay.Add);
        return replay;
    }

    private static JsonElement? EffectOf(LedgerEntry entry) =>
        JsonSerializer.SerializeToElement(entry, MeteringJson.Default.LedgerEntry).TryGetProperty("effect", out var effect) ? effect : null;
}
