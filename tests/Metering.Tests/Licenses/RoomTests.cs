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
        "short keys", "long keys", "foreign keys", "escaped keys", "foreign users", "leases", "foreign leases", "grants",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_largest_state_fits_a_row(string kind)
    {
        var largest = new LargestLicense(20261126);
        largest.Fill(kind);

        var state = largest.World.State;
        var bytes = LargestLicense.Compressed(state, MeteringJson.Default.LicenseState);
        output.WriteLine($"{kind}: compressed {bytes} of {Most}; "
            + $"keys {state.Meters.Sum(meter => meter.Readings?.Count ?? 0)}, holds {state.Holds.Count}, days {state.Meters.Sum(meter => meter.Days.Length)}, "
            + $"users {state.Meters.Sum(meter => meter.Days.Sum(day => day.ByUser?.Count ?? 0))}, grants {state.Meters.Sum(meter => meter.Grants.Length)}, "
            + $"periods {state.Meters.Sum(meter => meter.Past?.Periods.Length ?? 0)}, former {state.Meters.Sum(meter => meter.Past?.FormerTerms.Length ?? 0)}, spans {state.Meters.Sum(meter => meter.Spans.Length)}");
        Assert.InRange(bytes, 0, Most);

        // Closes every period and day and writes down what time brought to every grant, all in one command.
        largest.World.Wait(TimeSpan.FromDays(800)).Do(new SetPlans { Plans = [largest.NewPlan()] });
        var entries = largest.World.Last.Entries;
        var told = LargestLicense.Compressed(entries, MeteringJson.Default.ImmutableArrayLedgerEntry);
        var days = largest.World.Last.ClosedDays.Select(day => day.Rollup.Day).Distinct().Count();
        output.WriteLine($"entries {entries.Length}: {told}; signals {largest.World.Last.Signals.Length}; closed days {largest.World.Last.ClosedDays.Length}, distinct {days}; {largest.World.Last.Answer.GetType()}");
        Assert.InRange(told, 0, Most);
        Assert.InRange(days, 0, 40);
        Assert.InRange(LargestLicense.Compressed(largest.World.State, MeteringJson.Default.LicenseState), 0, Most);
    }
}
