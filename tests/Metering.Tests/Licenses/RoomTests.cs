using System.Collections.Immutable;
using Metering.Tests.Support;
using Xunit.Abstractions;

namespace Metering.Tests.Licenses;

/// <summary>Whatever a license holds, its state fits where a host keeps it, and so does what one command brings about.</summary>
public sealed class RoomTests(ITestOutputHelper output)
{
    // A row of a table: 14 properties of 64 KiB, less a tenth.
    private const int Most = 14 * 64 * 1024 * 9 / 10;

    public static TheoryData<string> Kinds =>
    [
        "short keys", "long keys", "foreign keys", "escaped keys", "foreign users", "leases", "foreign leases", "grants", "ended grants",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_largest_state_fits_a_row_and_so_does_what_a_command_brings_about_after_years(string kind)
    {
        var largest = new LargestLicense(20261126);
        var world = largest.World;
        largest.Fill(kind);

        var bytes = Compressed(world.State);
        output.WriteLine($"{kind}: the state takes {bytes} of {Most} bytes");
        Assert.InRange(bytes, 0, Most);
        Assert.InRange(largest.Lines, MeterLimits.LicensePeriodLines, int.MaxValue);
        output.WriteLine($"{largest.Lines} lines of charges and grants");
        Assert.Equal(MeterLimits.LicenseDays, world.State.Meters.Sum(meter => meter.Days.Length));

        // What its evidence came to, when retention removes it all and keeps the last day's rollups.
        var replay = new EvidenceReplay(world.State.LicenseId);
        world.Entries.ForEach(replay.Add);
        var snapshot = replay.Snapshot(DateOnly.FromDateTime(world.State.LastSeen.UtcDateTime))!;
        bytes = LargestLicense.Compressed(snapshot, MeteringJson.Default.EvidenceSnapshot);
        output.WriteLine($"the snapshot of {replay.Entries} entries takes {bytes} bytes");
        Assert.InRange(bytes, 0, Most);

        // All that was charged in the open periods leaves at once, because the prices are in other units.
        largest.ChangeUnits();
        var changed = LicenseMeter.Apply(world.State, new SetPlans { Plans = [largest.NewPlan()] }, world.Now, world.Rules!);
        bytes = LargestLicense.Compressed(changed.Entries, MeteringJson.Default.ImmutableArrayLedgerEntry);
        var parts = LargestLicense.Compressed(changed.ClosedPeriods, MeteringJson.Default.ImmutableArrayFeaturePeriod);
        output.WriteLine($"{changed.ClosedPeriods.Count(period => period.IsPart)} parts take {parts} bytes, and {bytes} in the entries");
        Assert.InRange(changed.ClosedPeriods.Count(period => period.IsPart), MeterLimits.Meters * 9 / 10, MeterLimits.Meters);
        Assert.InRange(bytes, 0, Most);
        Assert.InRange(parts, 0, Most);

        // Closes every period and day and writes down what time brought to every grant, all in one command.
        world.Wait(TimeSpan.FromDays(800)).Do<LicenseAnswer>(new SetPlans { Plans = [largest.NewPlan()] });

        bytes = LargestLicense.Compressed(world.Last.Entries, MeteringJson.Default.ImmutableArrayLedgerEntry);
        output.WriteLine($"{world.Last.Entries.Length} entries take {bytes} bytes; {world.Last.Signals.Length} signals");
        Assert.InRange(bytes, 0, Most);
        Assert.Equal(MeterLimits.LicenseDays, world.Last.ClosedDays.Length);
        Assert.InRange(world.Last.ClosedDays.Select(day => day.Rollup.Day).Distinct().Count(), 1, 40);
        Assert.InRange(Compressed(world.State), 0, Most);

        // The rows of its records, one for each day on which periods ended.
        var periods = world.Last.ClosedPeriods.GroupBy(period => period.Period.End!.Value.Date)
            .Select(day => day.ToImmutableArray()).ToList();
        var sizes = periods.ConvertAll(day => LargestLicense.Compressed(day, MeteringJson.Default.ImmutableArrayFeaturePeriod));
        output.WriteLine($"{world.Last.ClosedPeriods.Length} records of {periods.Count} days take {sizes.Max()} bytes a row at most");
        Assert.InRange(periods.Count, 1, 40);
        Assert.InRange(sizes.Max(), 0, Most);
    }

    private static int Compressed(LicenseState state) => LargestLicense.Compressed(state, MeteringJson.Default.LicenseState);
}
