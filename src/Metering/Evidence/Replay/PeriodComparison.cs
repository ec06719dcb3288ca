namespace Metering;

/// <summary>Compares the records of closed periods with what the ledger tells of them.</summary>
/// <param name="differences">Takes what differs.</param>
/// <param name="daysFrom">Records of periods that ended before this day are past their retention.</param>
internal sealed class PeriodComparison(Differences differences, DateOnly daysFrom = default)
{
    public static bool IsKept(FeaturePeriod record, DateOnly daysFrom) =>
        record.Period.End is not { } end || DateOnly.FromDateTime(end.UtcDateTime) >= daysFrom;

    public void Compare(IEnumerable<FeaturePeriod> records, IEnumerable<FeaturePeriod> told)
    {
        var known = new Dictionary<(string Feature, Period Period, long Sequence), FeaturePeriod>();
        foreach (var record in told.Where(record => IsKept(record, daysFrom)))
        {
            // Damaged evidence may tell one twice, which is told where its entries are.
            known[Key(record)] = record;
        }

        foreach (var record in records.Where(record => IsKept(record, daysFrom)))
        {
            if (known.Remove(Key(record), out var by))
            {
                Compare(record, by);
            }
            else
            {
                differences.Missing(Name(record), inLedger: false);
            }
        }

        foreach (var missing in known.Values.Order(Comparer<FeaturePeriod>.Create(FeaturePeriod.Compare)))
        {
            differences.Missing(Name(missing), inLedger: true);
        }
    }

    /// <summary>Compares what was used, and what it cost.</summary>
    public void CompareUse(string where, FeaturePeriod record, FeaturePeriod told)
    {
        differences.Compare(where, nameof(record.Used), record.Used, told.Used);
        differences.Compare(where, nameof(record.Overage), record.Overage, told.Overage);
        differences.Compare(where, nameof(record.Cost), record.Cost, told.Cost);
        differences.Compare(where, nameof(record.Charges), record.Charges, told.Charges);
        differences.Compare(where, nameof(record.CreditDrawn), record.CreditDrawn, told.CreditDrawn);
        differences.Compare(where, nameof(record.CreditLeft), record.CreditLeft, told.CreditLeft);
    }

    private void Compare(FeaturePeriod record, FeaturePeriod told)
    {
        var where = Name(record);
        CompareUse(where, record, told);
        differences.Compare(where, nameof(record.Status), record.Status, told.Status);
        differences.Compare(where, nameof(record.Reset), record.Reset, told.Reset);
        differences.Compare(where, nameof(record.IsPart), record.IsPart, told.IsPart);
        differences.Compare(where, nameof(record.PlanId), record.PlanId, told.PlanId);
        differences.Compare(where, nameof(record.Limit), record.Limit, told.Limit);
        differences.Compare(where, nameof(record.StillCovered), record.StillCovered, told.StillCovered);
        differences.Compare(where, nameof(record.RolledIn), record.RolledIn, told.RolledIn);
        differences.Compare(where, nameof(record.Allowance), record.Allowance, told.Allowance);
        differences.Compare(where, nameof(record.PriceUnit), record.PriceUnit, told.PriceUnit);
        differences.CompareLists<PeriodGrant>(where, nameof(record.Grants), record.Grants.AsSpan(), told.Grants.AsSpan());
    }

    // The number too, because two resets in one millisecond leave a period without length behind, and there may be another.
    private static (string Feature, Period Period, long Sequence) Key(FeaturePeriod record) =>
        (record.FeatureCode, record.Period, record.Sequence);

    private static string Name(FeaturePeriod record) => $"{record.FeatureCode}: the record of the period to {record.Period.End:yyyy-MM-ddTHH:mm:ssZ}";
}
