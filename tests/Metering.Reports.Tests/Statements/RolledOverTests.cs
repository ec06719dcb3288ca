using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Statements;

/// <summary>What a statement says went on into the next period, where terms are changed in the midst of one.</summary>
[Rule(3)]
[Rule(5)]
public sealed class RolledOverTests
{
    private readonly Books books = new();

    [Fact]
    public async Task After_days_that_were_changed_to_a_month()
    {
        Open(Given.Limit(10, Interval.Day) with { RolloverMax = 5 });
        for (var day = 1; day <= 4; day++)
        {
            Use(1, $"2026-01-0{day}T12:00:00Z");
        }

        Change(Given.Limit(100, Interval.Month) with { RolloverMax = 50 }, "2026-01-04T12:00:00Z");
        Use(1, "2026-02-02");

        var periods = (await StatementAsync("2026-02-02")).Periods;

        // The fourth day has become a part of the month: that began with the first day, but followed the third.
        Assert.Equal(
            [(0m, 5m, 4m), (5m, 50m, 54m), (5m, 5m, 9m), (5m, 5m, 9m), (50m, 0m, 0m)],
            periods.Select(period => (period.Opening, period.RolledOver, period.Expired!.Value)));
        Assert.Equal(periods.OrderBy(period => period.Start), periods);
    }

    [Fact]
    public async Task After_a_limit_has_become_smaller_than_what_it_had_covered()
    {
        Open(Given.Limit(100, Interval.Month) with { RolloverMax = 20 });
        Use(50, "2026-01-01");
        Use(80, "2026-02-01");
        Change(Given.Limit(50, Interval.Month) with { RolloverMax = 20 }, "2026-02-10");

        // The limit covered all of it, and what rolled over is still there.
        var open = (await StatementAsync("2026-02-10")).Periods[^1];
        Assert.Equal((20m, 50m, 30m, 20m), (open.Opening, open.Granted!.Value, open.Adjusted!.Value, open.Left!.Value));
        Assert.Equal(20, LicenseMeter.Usage(books.State("lic_1"), books.Now!.Value, MeterRules.Default).Single().Remaining);

        Use(1, "2026-03-01");
        var closed = (await StatementAsync("2026-03-01")).Periods[^2];
        Assert.Equal((20m, 0m, 30m), (closed.RolledOver, closed.Expired!.Value, closed.Adjusted!.Value));
    }

    private void Open(Terms terms) =>
        Do(new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] }, "2026-01-01");

    private void Use(decimal amount, string at) => Do(new Consume { FeatureCode = Given.Calls, Given = amount }, at);

    private void Change(Terms terms, string at) => Do(new AssignFeature { Feature = Given.Of(terms) }, at);

    private void Do(Command command, string at) => Assert.IsNotType<Refusal>(books.Apply("lic_1", command, Given.At(at)).Answer);

    private async Task<Statement> StatementAsync(string at)
    {
        books.Now = Given.At(at);
        return await new StatementReports(books.Sources).StatementAsync(
            "lic_1", Given.At("2026-01-01"), null, withEntries: false, books.Now.Value, default);
    }
}
