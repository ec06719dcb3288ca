namespace Metering;

/// <summary>A license as its entries derive it. Each entry is also checked against what the ones before it came to.</summary>
internal sealed class DerivedLicense
{
    private readonly Differences differences;
    private readonly Dictionary<string, DerivedMeter> meters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BalanceState> balances = new(StringComparer.Ordinal);
    private LicenseHeader? header;
    private HoldSet holds = HoldSet.Empty;
    private DateTimeOffset at = DateTimeOffset.MinValue;

    public DerivedLicense(Differences differences) => this.differences = differences;

    public DerivedLicense(Differences differences, EvidenceSnapshot snapshot)
        : this(differences)
    {
        var begin = snapshot.State;
        Sequence = begin.Sequence;
        at = begin.LastSeen;
        header = begin.Header;
        holds = begin.Holds;
        foreach (var meter in begin.Meters)
        {
            meters.Add(meter.Feature.Code, new DerivedMeter(meter));
        }

        foreach (var balance in begin.Balances)
        {
            balances.Add(balance.Unit, balance);
        }

        foreach (var record in snapshot.ClosedPeriods)
        {
            // One of another feature can only be damage, and shows as a record that is missing.
            meters.GetValueOrDefault(record.FeatureCode)?.Records.Add(record);
        }
    }

    public long Sequence { get; private set; }

    /// <summary>Records of the periods that can no longer change.</summary>
    public IEnumerable<FeaturePeriod> ClosedPeriods => meters.Values.SelectMany(meter => meter.Records);

    /// <summary>The license as the entries tell it, with all days of its meters; null before the entry that creates it.</summary>
    public LicenseState? State(string licenseId) => header is null ? null : new LicenseState
    {
        LicenseId = licenseId,
        Header = header,
        TenantId = header.TenantId,
        Sequence = Sequence,
        LastSeen = at,
        Meters = [.. meters.Values.Select(meter => meter.Whole)],
        Balances = [.. balances.Values],
        Holds = holds,
    };

    /// <summary>A meter as it is now; null when no entry has begun it.</summary>
    public DerivedMeter? FindMeter(string code) => meters.GetValueOrDefault(code);

    public void Add(LedgerEntry entry)
    {
        if (entry.Sequence != Sequence + 1)
        {
            differences.Add(Sequence == 0
                ? $"its evidence begins with entry {entry.Sequence}, and nothing says what came before"
                : $"entry {entry.Sequence} follows {Sequence}");
        }

        if (entry.At < at && entry.Kind != EntryKind.ClockRepaired)
        {
            differences.Add($"entry {entry.Sequence} is older than the one before it");
        }

        Sequence = entry.Sequence;
        at = entry.At;
        if (entry is { Kind: EntryKind.ClockRepaired, FeatureCode: null })
        {
            foreach (var meter in meters.Values)
            {
                meter.Records.RemoveAll(record => record.IsTakenBack(entry.At));
            }
        }

        var effect = entry.Effect?.License;
        foreach (var meter in effect?.Meters ?? [])
        {
            // A meter may be made and counted on by one command.
            if (meter.Begun is { } begun && !meters.ContainsKey(meter.Code))
            {
                meters.Add(meter.Code, new DerivedMeter(begun));
            }
        }

        // Numbers first, then the effect: it tells what differs from what the numbers come to (LicenseEffect.Between).
        TakeUse(entry);
        TakeCredit(entry);
        holds = HoldsEffect.After(holds, entry);
        if (effect is not null)
        {
            Take(entry, effect);
        }
    }

    private void TakeUse(LedgerEntry entry)
    {
        if (entry.FeatureCode is not { } code)
        {
            return;
        }

        if (!meters.TryGetValue(code, out var meter))
        {
            // The entry that gives a license a feature may come before the one that tells its terms.
            if (EntryEffects.Of(entry.Kind) != EntryEffect.None)
            {
                differences.Add($"entry {entry.Sequence} is of {code}, which the license does not have according to the ledger");
            }

            return;
        }

        Check(entry, meter);
        if (EntryEffects.Of(entry.Kind) is EntryEffect.EndPeriod or EntryEffect.Reset)
        {
            meter.End(entry, differences);
        }

        meter.CountLate(entry);
        var past = MeterPast.Of(meter.State);

        // Before use moves: whether an entry is of a closed period is told by the meter as it was.
        var told = PastEffect.After(past, entry, meter.State);
        meter.State = MeterNumbers.Of(meter.State).After(entry, meter.State).On(meter.State);
        if (!ReferenceEquals(told, past))
        {
            meter.State = meter.State with { Past = told };
        }

        if (entry.Day is { } day)
        {
            meter.Count(entry, day);
        }
        else if (meter.State.Metric.IsStandingLevel && EntryEffects.Of(entry.Kind) == EntryEffect.Reset)
        {
            meter.Move(entry.At, entry.Amount);
        }

        meter.State = KeyedReading.Of(entry, meter.State.Feature)?.On(meter.State) ?? meter.State;
    }

    // After a difference the replay goes on from what the entry says, so that one is told once.
    private void Check(LedgerEntry entry, DerivedMeter meter)
    {
        var before = meter.State.Used;
        var late = entry.IsOfClosedPeriod(meter.State);
        if (late)
        {
            // In a period of which nothing is known nothing was used: it was passed without an entry.
            before = MeterPast.Of(meter.State).Periods.FirstOrDefault(known => known.Period == entry.Period)?.Used ?? 0;
        }

        if (entry.Before != before)
        {
            differences.Add($"entry {entry.Sequence} of {entry.FeatureCode} begins at {Amount.Format(entry.Before)}, "
                + $"but the entries before it come to {Amount.Format(before)}");
            meter.State = late ? meter.State : meter.State with { Used = entry.Before };
        }

        var delta = MovesUse(entry) ? entry.Amount : 0;
        if (entry.After != entry.Before + delta)
        {
            differences.Add($"entry {entry.Sequence} of {entry.FeatureCode} adds {Amount.Format(delta)} to {Amount.Format(entry.Before)} "
                + $"but ends at {Amount.Format(entry.After)}");
        }
    }

    private static bool MovesUse(LedgerEntry entry) => EntryEffects.Of(entry.Kind)
        is EntryEffect.Count or EntryEffect.Correct or EntryEffect.EndPeriod or EntryEffect.Reset or EntryEffect.Move;

    private void TakeCredit(LedgerEntry entry)
    {
        if (entry is not { Unit: { } unit, BalanceAfter: { } after })
        {
            return;
        }

        if (!balances.TryGetValue(unit, out var balance))
        {
            balance = new BalanceState { Unit = unit };
            if (entry.Kind != EntryKind.BalanceOpened)
            {
                differences.Add($"entry {entry.Sequence} changes the balance in {unit}, which no entry opened");
            }
        }

        balance = BalanceNumbers.Of(balance).After(entry).On(balance);
        if (balance.Amount != after)
        {
            differences.Add($"entry {entry.Sequence} leaves {Amount.Format(after)} in the balance in {unit}, but by its numbers "
                + $"{Amount.Format(balance.Amount)} should be left");

            // From what the entry says, as with use, so that one difference is told once.
            balance = balance with { Amount = after };
        }

        balances[unit] = balance;
    }

    private void Take(LedgerEntry entry, LicenseEffect effect)
    {
        header = effect.License ?? header;
        holds = effect.Holds?.On(holds) ?? holds;
        foreach (var balance in effect.Balances ?? [])
        {
            balances[balance.Unit] = balance.On(balances.GetValueOrDefault(balance.Unit));
        }

        foreach (var changed in effect.Meters ?? [])
        {
            if (meters.TryGetValue(changed.Code, out var meter))
            {
                meter.Take(entry, changed, differences);
            }
            else
            {
                differences.Add($"entry {entry.Sequence} changes {changed.Code}, which the license does not have according to the ledger");
            }
        }
    }
}
