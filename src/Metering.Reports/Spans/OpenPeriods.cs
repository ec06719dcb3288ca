namespace Metering.Reports;

/// <summary>Which period of a meter is open. Periods are closed lazily (rule 3), so the one in the state may be over.</summary>
internal static class OpenPeriods
{
    public static Period At(MeterState meter, LicenseState state, DateTimeOffset now)
    {
        var period = meter.Period.Contains(now) ? meter.Period : meter.Schedule.At(now);

        // A period that never ends is counted from the license's anchor, which may lie before anything was counted.
        return period.End is null && period.Start < state.CreatedAt ? period with { Start = state.CreatedAt } : period;
    }
}
