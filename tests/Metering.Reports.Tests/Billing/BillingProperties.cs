using FsCheck;
using FsCheck.Fluent;
using Metering.Reports.Tests.Support;
using Metering.Reports.Tests.Usage;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>A bill is the same as a plain fold over the ledger, each period is in one bill, and a final bill stays as it is.</summary>
[Rule(7)]
[Rule(9)]
public sealed class BillingProperties
{
    private const int Histories = 60;

    [Fact]
    public void Lines_are_what_the_ledger_says_of_their_periods() => Check("bills", (books, one) =>
    {
        var state = books.States.First();
        var ledger = books.Of(state.LicenseId);
        var report = Report(books, one.From, one.To);
        foreach (var line in report.Lines.Where(line => !line.IsPart && line.Status != PeriodStatus.Open))
        {
            Same(line, ledger, state);
        }

        foreach (var line in report.Lines.Where(line => line is { IsPart: true, CreditDrawn: not null }))
        {
            Assert.Equal((0m, line.Cost), (line.Used, line.BaseCost + line.UnitCost));
        }

        foreach (var line in report.Lines.Where(line => line is { IsPart: true, CreditDrawn: null }))
        {
            var plain = new PlainUsage(ledger, line.FeatureCode, one.Now);
            var meter = state.FindMeter(line.FeatureCode)!;
            Assert.Contains(
                (line.Used, line.Cost, line.Overage),
                meter.Endless.Where(span => span.From <= line.PeriodStart && !(span.Until < line.PeriodEnd))
                    .Select(span => Told(span, line)));

            // A reset or a change of the unit parts what was used in its millisecond.
            (decimal, decimal, decimal) Told(EndlessSpan span, BillingLine line)
            {
                var begins = span.From == line.PeriodStart;
                var from = new LedgerPlace(line.PeriodStart, begins ? span.FromEntry : 0);
                var to = new LedgerPlace(line.PeriodEnd, span.Until == line.PeriodEnd ? span.UntilEntry : 0);

                // A level's late use is charged in the period that is open when it comes, so it may have happened before that one.
                var entries = !meter.Feature.IsLevel
                    ? plain.In(from, to).ToList()
                    : plain.In(begins && span.HasTakenOver ? default : from, to)
                        .Where(entry => new LedgerPlace(entry.At, entry.Sequence) is var at && at >= span.Begin && !(at >= span.End))
                        .ToList();
                var apart = begins ? books.PartsOf(state.LicenseId, line.FeatureCode).Where(span.TookOver).Sum(part => part.Cost) : 0;
                var used = meter.Feature.IsLevel ? plain.LevelAt(to) : entries.Sum(entry => entry.Amount);
                return (used, entries.Sum(entry => entry.Cost) - apart, entries.Sum(entry => entry.Overage));
            }
        }

        // Each period that an entry closed has its line; but what is billed by days has the lines of the days, and only them.
        var byDay = state.Meters.ToDictionary(meter => meter.Feature.Code, meter => meter.Endless);
        var closed = ledger.Where(entry => entry.Kind is EntryKind.PeriodClosed or EntryKind.UsageReset
                && !byDay[entry.FeatureCode!].Any(endless => endless.Has(Ended(entry))))
            .Where(entry => entry.Period!.End > one.From && entry.Period.End <= one.To && entry.Period.Start < entry.Period.End);
        Assert.All(closed, entry => Assert.Single(
            report.Lines, line => line.FeatureCode == entry.FeatureCode && line.PeriodStart == entry.Period!.Start
                && line.PeriodEnd == entry.Period.End && !line.IsPart));
        Assert.Equal(
            report.Lines.Where(line => line.PriceUnit is not null).Sum(line => line.Cost), report.Totals.Sum(total => total.Cost));

        static FeaturePeriod Ended(LedgerEntry entry) => new()
        {
            FeatureCode = entry.FeatureCode!,
            Period = entry.Period!,
            Reset = entry.Kind == EntryKind.UsageReset,
            Sequence = entry.Sequence,
        };
    });

    [Fact]
    public void Whatever_periods_a_feature_has_had_its_use_is_billed_once() => Check("once", (books, one) =>
    {
        var state = books.States.First();
        var lines = AllLines(books, state, one.Now);
        var counted = books.Of(state.LicenseId).Where(entry => entry.Day is not null).ToLookup(entry => entry.FeatureCode);
        foreach (var meter in state.Meters.Where(meter => meter.Feature.Kind == FeatureKind.Metered))
        {
            var its = lines.Where(line => line.FeatureCode == meter.Feature.Code).ToList();
            Assert.Equal(counted[meter.Feature.Code].Sum(entry => entry.Cost), its.Sum(line => line.Cost));
            if (!meter.Feature.IsLevel)
            {
                Assert.Equal(counted[meter.Feature.Code].Sum(entry => entry.Amount), its.Sum(line => line.Used));
            }
        }
    });

    [Fact]
    public void Each_cost_is_billed_in_the_unit_in_which_it_was_charged() => Check("units", (books, one) =>
    {
        var state = books.States.First();
        var lines = AllLines(books, state, one.Now).Where(line => line.PriceUnit is not null)
            .ToLookup(line => (line.FeatureCode, Unit: line.PriceUnit!), line => line.Cost);
        var charged = one.Charged.ToLookup(cost => (cost.Feature, cost.Unit), cost => cost.Cost);
        foreach (var key in lines.Select(line => line.Key).Union(charged.Select(cost => cost.Key)))
        {
            Assert.Equal((key, charged[key].Sum()), (key, lines[key].Sum()));
        }
    });

    [Fact]
    public void Usage_of_a_span_that_was_charged_in_one_unit_has_its_cost_in_that_unit() => Check("cost units", (books, one) =>
    {
        foreach (var meter in books.States.First().Meters.Where(meter => meter.Feature.Kind == FeatureKind.Metered))
        {
            var query = new UsageQuery("tenant_1", meter.Feature.Code) { From = one.From, To = one.To, Granularity = Granularity.Hour };
            query = one.To - one.From > TimeSpan.FromDays(10) ? query with { Granularity = Granularity.Day } : query;
            var report = new UsageReports(books.Sources).SummaryAsync(query, one.Now, default).AsTask().GetAwaiter().GetResult();
            if (report.Licenses.Length == 0)
            {
                continue;
            }

            var its = new PlainUsage(one.Charged.Select(charge => charge.Entry), meter.Feature.Code, one.Now).In(report.From, report.To)
                .Select(entry => entry.Sequence).ToHashSet();
            var costs = one.Charged.Where(charge => its.Contains(charge.Entry.Sequence)).ToLookup(charge => charge.Unit);

            // What was charged and given back on one day is not told.
            var units = costs.Where(unit => unit.GroupBy(charge => charge.Entry.Day).Any(day => day.Sum(charge => charge.Cost) != 0))
                .Select(unit => unit.Key).ToList();
            if (units.Count == 1)
            {
                Assert.Equal((costs[units[0]].Sum(charge => charge.Cost), units[0]), (report.Cost, report.CostUnit));
            }
            else if (units.Count > 1)
            {
                Assert.Equal((null, null), (report.Cost, report.CostUnit));
            }
        }
    });

    [Fact]
    public void Spans_that_follow_one_another_have_each_period_once() => Check("spans", (books, one) =>
    {
        var middle = one.From + ((one.To - one.From) / 3);
        var whole = Report(books, one.From, one.To).Lines;
        var parts = Report(books, one.From, middle).Lines.Concat(Report(books, middle, one.To).Lines).ToList();

        Assert.Equal(Csv(whole.Where(line => !line.IsPart)), Csv(parts.Where(line => !line.IsPart)));
        Assert.Equal(CostOf(whole), CostOf(parts));
        return;

        static decimal CostOf(IEnumerable<BillingLine> lines) => lines.Sum(line => line.Cost);
    });

    [Fact]
    public void A_final_bill_stays_as_it_is_to_the_byte() => Check("final", (books, one) =>
    {
        var (from, to) = (one.From.AddDays(-2), one.To.AddDays(-2));
        var report = Report(books, from, to);
        Assert.Equal(report.Lines.All(line => line.Status == PeriodStatus.Final), report.IsFinal);
        if (!report.IsFinal)
        {
            return;
        }

        // What comes later changes nothing: time goes on, and the license is used.
        books.Now = one.Now.AddDays(40);
        foreach (var meter in books.State("lic_1").Meters)
        {
            var use = new RecordUse { FeatureCode = meter.Feature.Code, Given = 3, OccurredAt = to.AddMinutes(-5) };
            books.Apply("lic_1", use, books.Now.Value);
        }

        Assert.Equal(Csv(report.Lines), Csv(Report(books, from, to).Lines));
    });

    private static void Same(BillingLine line, IReadOnlyList<LedgerEntry> ledger, LicenseState state)
    {
        var period = new Period(line.PeriodStart, line.PeriodEnd);
        var its = ledger.Where(entry => entry.FeatureCode == line.FeatureCode && entry.Period == period).ToList();
        var closing = its.LastOrDefault(entry => entry.Kind is EntryKind.PeriodClosed or EntryKind.UsageReset);
        var late = its.Where(entry => entry.Kind == EntryKind.Recorded && entry.Sequence > (closing?.Sequence ?? 0)).ToList();
        var begin = (Used: closing?.Before ?? 0, Overage: closing?.Overage ?? 0, Cost: closing?.Cost ?? 0);

        // Over by now, and nobody has looked since: no entry closes it yet.
        if (closing is null && state.FindMeter(line.FeatureCode) is { } meter && meter.Period == period)
        {
            // Until then a grant may have ended that covered a standing level.
            begin = (meter.Used, meter.Feature.IsLevel ? line.Overage : meter.Overage, meter.Cost);
            late = [];
        }

        Assert.Equal(begin.Used + late.Sum(entry => entry.Amount), line.Used);
        Assert.Equal(begin.Overage + late.Sum(entry => entry.Overage), line.Overage);
        Assert.Equal(begin.Cost + late.Sum(entry => entry.Cost), line.Cost);
        Assert.Equal(line.Cost, line.BaseCost + line.UnitCost);
    }

    private static List<BillingLine> AllLines(Books books, LicenseState state, DateTimeOffset now)
    {
        var lines = new List<BillingLine>();
        for (var from = state.CreatedAt.AddDays(-1); from <= now; from = from.AddDays(100))
        {
            lines.AddRange(Reports(books).ReportAsync(
                new BillingQuery("tenant_1", from, from.AddDays(100)), now, default).AsTask().GetAwaiter().GetResult().Lines);
        }

        return lines;
    }

    // What each entry cost, in the unit of the terms by which it was priced: those of its closed period, or those before its command.
    private static IEnumerable<Charge> ChargesOf(LicenseState? before, IEnumerable<LedgerEntry> entries)
    {
        foreach (var entry in entries.Where(entry => entry is { Day: not null, Cost: not 0 }))
        {
            var meter = before!.FindMeter(entry.FeatureCode!)!;
            var closed = MeterPast.Of(meter).Periods.FirstOrDefault(known => known.Period == entry.Period && known.Period.End <= entry.At);
            var terms = closed is null ? meter.Terms : MeterPast.TermsOf(meter, closed);
            yield return new Charge(entry, terms.PriceUnit!);
        }
    }

    private static BillingReports Reports(Books books) => new(books.Sources, new FixedCatalog(Scenario.Metered));

    private static BillingReport Report(Books books, DateTimeOffset from, DateTimeOffset to) =>
        Reports(books).ReportAsync(new BillingQuery("tenant_1", from, to), books.Now!.Value, default).AsTask().GetAwaiter().GetResult();

    private static byte[] Csv(IEnumerable<BillingLine> lines)
    {
        using var stream = new MemoryStream();
        var ordered = lines.OrderBy(line => line.PeriodEnd).ThenBy(line => line.FeatureCode, StringComparer.Ordinal)
            .ThenBy(line => line.PeriodStart);
        var report = new BillingReport { TenantId = "tenant_1", Lines = [.. ordered] };
        BillingRows.WriteCsvAsync(stream, report, default).AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static void Check(string name, Action<Books, Case> property) => Samples.Check(
        name, Histories,
        from history in History.Of(50) from back in Gen.Choose(1, 300) from days in Gen.Choose(1, 390) from later in Gen.Choose(0, 90)
        select (history, back, days, later),
        sample =>
        {
            var evidence = new Evidence();
            var charged = new List<Charge>();
            Playing.Run(sample.history, (before, _, _, outcome) =>
            {
                evidence.Take(outcome);
                charged.AddRange(ChargesOf(before, outcome.Entries));
            });
            var books = new Books();
            books.Put(evidence.State, evidence.Entries, evidence.Rollups, evidence.Periods);
            var now = evidence.State.LastSeen.AddDays(sample.later);
            books.Now = now;
            var to = now.AddHours(-sample.back % 30);
            if (evidence.State.Meters.IsEmpty)
            {
                return;
            }

            property(books, new Case(to.AddDays(-sample.days), to, now, charged));
        },
        sample => sample.history.Shorter().Select(shorter => sample with { history = shorter }));

    private sealed record Case(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Now, IReadOnlyList<Charge> Charged);

    private sealed record Charge(LedgerEntry Entry, string Unit)
    {
        public string Feature => Entry.FeatureCode!;

        public decimal Cost => Entry.Cost;
    }
}
