using System.Globalization;
using System.Text;

namespace Metering.Tests.Properties;

/// <summary>
/// Adds up what entries say of each period, from nothing but the entries: what was used, what of it was overage, what it cost by tier, what
/// credit it drew. It knows nothing of how periods are kept.
/// </summary>
internal sealed class PeriodFold
{
    private readonly Dictionary<string, Sum> running = [];
    private readonly List<(string Feature, Period Period, long Sequence, Sum Sum)> closed = [];
    private readonly List<(string Feature, string? Unit, DateTimeOffset End, Sum Sum)> parts = [];
    private readonly Dictionary<string, string?> units = [];
    private readonly HashSet<string> levels = [];

    public void Take(LedgerEntry entry, LicenseState state)
    {
        Assert.Equal(entry.FeatureCode is null ? 0 : entry.Cost, entry.Charges?.Cost ?? 0);
        if (entry.FeatureCode is not { } code)
        {
            return;
        }

        if (state.FindMeter(code)!.Feature.IsLevel)
        {
            levels.Add(code);
        }

        var open = running.TryGetValue(code, out var known) ? known : running[code] = new Sum();
        switch (entry.Kind)
        {
            case EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented when entry.Period!.End <= entry.At:
                var index = closed.FindLastIndex(one => one.Feature == code && one.Period == entry.Period);
                if (index < 0)
                {
                    closed.Add((code, entry.Period, 0, new Sum()));
                    index = closed.Count - 1;
                }

                closed[index].Sum.Add(entry);
                break;
            case EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented:
                open.Add(entry);
                break;
            case EntryKind.PeriodClosed or EntryKind.UsageReset:
                closed.Add((code, entry.Period!, entry.Sequence, open));
                Assert.Equal(open.Used, entry.Before);
                Assert.Equal(open.Cost, entry.Cost);

                // A level goes on in the next period; only a reset takes it to zero.
                running[code] = new Sum { Used = entry.After };
                break;
            default:
                break;
        }
    }

    /// <summary>Takes the units of prices after a command: what was charged in another one is told apart.</summary>
    public void TakeUnits(LicenseState state)
    {
        foreach (var meter in state.Meters)
        {
            var (code, unit) = (meter.Feature.Code, meter.Terms.PriceUnit);
            if (units.TryGetValue(code, out var before) && before != unit && running.TryGetValue(code, out var open))
            {
                if (open.IsCharged)
                {
                    parts.Add((code, before, state.LastSeen, open));
                }

                running[code] = open.Uncharged();
            }

            units[code] = unit;
        }
    }

    /// <summary>What the entries say, a line for each period that has something to say.</summary>
    public IEnumerable<string> Lines() => closed
        .Where(one => one.Sequence > 0 || one.Sum.Used != 0)
        .Select(one => Line(one.Feature, one.Period, one.Sequence, one.Sum.Of(one.Feature)))
        .Concat(running.Where(one => one.Value.Says).Select(one => Line(one.Key, null, 0, one.Value.Of(one.Key))))
        .Concat(parts.Select(one => Line(one.Feature, one.Unit, one.End, one.Sum.Uncounted().Of(one.Feature))))
        .Order(StringComparer.Ordinal);

    /// <summary>The same of records and of what the state tells.</summary>
    public IEnumerable<string> LinesOf(IEnumerable<FeaturePeriod> periods) => periods
        .Where(period => period.Sequence > 0 || period.Used != 0 || period.Cost != 0 || period.Charges is not null)
        // A level that nothing moved since its period ended is told of the next one too.
        .Where(period => !(IsCarried(period) && period.Status == PeriodStatus.Open))
        .Select(period => period.IsPart
            ? Line(period.FeatureCode, period.PriceUnit, period.Period.End!.Value, period)
            : Line(period.FeatureCode, IsRunning(period) ? null : period.Period, period.Sequence, period))
        .Order(StringComparer.Ordinal);

    // What no entry has closed yet goes on for whoever knows only the entries, also where its time is over.
    private bool IsRunning(FeaturePeriod period) => period.Sequence == 0
        && !closed.Exists(one => one.Feature == period.FeatureCode && one.Period == period.Period && one.Sequence == 0);

    private bool IsCarried(FeaturePeriod period) =>
        levels.Contains(period.FeatureCode) && Unclosed.Contains(period.FeatureCode)
        && period is { Cost: 0, Charges: null, CreditLeft: null };

    /// <summary>Features whose running period has ended without an entry.</summary>
    public HashSet<string> Unclosed { get; } = [];

    private string Line(string feature, string? unit, DateTimeOffset end, FeaturePeriod part) =>
        Line($"{feature}: a part in {unit} until {end:O}", null, 0, part);

    private string Line(string feature, Period? period, long sequence, FeaturePeriod use)
    {
        var line = new StringBuilder().Append(feature).Append(' ').Append(period).Append(" #").Append(sequence);
        line.Append(" used ").Append(Text(use.Used)).Append(" cost ").Append(Text(use.Cost));

        // A level's overage follows what covers it, which no entry of use tells.
        line.Append(" over ").Append(levels.Contains(use.FeatureCode) ? "" : Text(use.Overage));
        line.Append(" drawn ").Append(Text(use.CreditDrawn)).Append(" left ").Append(use.CreditLeft is { } left ? Text(left) : "");
        foreach (var charge in (use.Charges?.Lines ?? []).OrderBy(charge => charge.From, StringComparer.Ordinal).ThenBy(c => c.UnitPrice))
        {
            line.Append(" [").Append(charge.From).Append(" at ").Append(Text(charge.UnitPrice)).Append(": ").Append(Text(charge.Units))
                .Append(" = ").Append(Text(charge.UnitCost)).Append(" + ").Append(Text(charge.BasePrice)).Append(']');
        }

        return line.ToString();
    }

    private static string Text(decimal number) =>
        (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private sealed class Sum
    {
        private Dictionary<(string? From, decimal Price), TierCharge> charges = [];
        private decimal overage;
        private decimal drawn;
        private decimal? left;

        public decimal Used { get; set; }

        public decimal Cost { get; private set; }

        public bool IsCharged => Cost != 0 || drawn != 0;

        public bool Says => Used != 0 || Cost != 0 || charges.Count > 0;

        public void Add(LedgerEntry entry)
        {
            Used += entry.Amount;
            overage += entry.Overage;
            Cost += entry.Cost;
            drawn += entry.BalanceAfter is null ? 0 : -entry.BalanceDelta;
            left = entry.BalanceAfter ?? left;
            foreach (var (from, price, units, unitCost, basePrice) in entry.Charges?.Lines ?? [])
            {
                var known = charges.GetValueOrDefault((from, price)) ?? new TierCharge(from, price, 0, 0, 0);
                charges[(from, price)] = known with
                {
                    Units = known.Units + units, UnitCost = known.UnitCost + unitCost, BasePrice = known.BasePrice + basePrice,
                };
            }
        }

        public Sum Uncharged() => new() { Used = Used, overage = overage };

        public Sum Uncounted() => new() { Cost = Cost, charges = charges, drawn = drawn, left = left };

        public FeaturePeriod Of(string feature) => new()
        {
            FeatureCode = feature,
            Period = new Period(default, null),
            Used = Used,
            Overage = overage,
            Cost = Cost,
            CreditDrawn = drawn,
            CreditLeft = left,
            Charges = Charges.Of([.. charges.Values]),
        };
    }
}
