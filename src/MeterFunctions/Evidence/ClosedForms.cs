using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>What leaves a license's state and becomes rows of its own.</summary>
internal static class ClosedForms
{
    /// <summary>Rollups of days.</summary>
    public static ClosedForm<ClosedDay> Days { get; } = new(
        "rollups",
        row => LicenseRows.ReadDay(row),
        (day, number) => TableKeys.Day(day.Rollup.Day, number),
        (replay, day) => replay.Settle(day));

    /// <summary>Records of periods.</summary>
    public static ClosedForm<FeaturePeriod> Periods { get; } = new(
        "records of periods",
        row => LicenseRows.ReadPeriods(row),
        (record, number) => TableKeys.Period(DateOnly.FromDateTime((record.Period.End ?? default).UtcDateTime), number),
        (replay, record) => replay.Settle(record));
}
