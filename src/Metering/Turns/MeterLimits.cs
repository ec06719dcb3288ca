namespace Metering;

/// <summary>Limits on what one license may hold, so that no state grows without end.</summary>
public static class MeterLimits
{
    /// <summary>Features on one license.</summary>
    public const int Meters = 200;

    /// <summary>
    /// Most room that what callers name and give may take on one license: features, plans, grants, keys, users of open days, holds. In
    /// bytes of the compressed state; see <see cref="LicenseRoom"/>.
    /// </summary>
    // With all else that is bounded by number, a state stays below nine tenths of 14 × 64 KiB, the properties of a table's row that hold
    // it.
    public const int Room = 500_000;

    /// <summary>Grants on one meter that are not over.</summary>
    public const int Grants = 100;

    /// <summary>Grants on all meters of a license that are not over.</summary>
    public const int LicenseGrants = 1_000;

    /// <summary>Grants that are over, kept for <c>GET /grants</c>; older ones are in the ledger.</summary>
    public const int EndedGrants = 20;

    /// <summary>The highest that an operator may set for open holds on one license; see <see cref="MeterRules.MaxOpenHolds"/>.</summary>
    public const int MaxOpenHolds = 10_000;

    /// <summary>
    /// Ends of holds that one command writes down. What is over beyond them sets nothing aside either; a later command writes it.
    /// </summary>
    public const int MaxHoldsEndedPerCommand = 50;

    /// <summary>Keys of the gauges and totals of one license, all together.</summary>
    public const int Keys = 5_000;

    /// <summary>Keys of readings that were removed and are remembered, so that older readings do not bring them back.</summary>
    public const int RemovedKeys = 500;

    /// <summary>Closed periods of a meter in which late use may still count.</summary>
    public const int ClosedPeriods = 48;

    /// <summary>Closed periods of all meters of a license; beyond, each keeps its last one.</summary>
    public const int LicenseClosedPeriods = 500;

    /// <summary>Tiers and prices by which one period's cost is told apart; the rest is one line.</summary>
    // More than a period's tiers: their prices and starts may change within it.
    public const int PeriodCharges = 64;

    /// <summary>Grants that one closed period names; the rest is one line.</summary>
    public const int PeriodGrants = 20;

    /// <summary>
    /// Lines of charges and grants of all periods that a license keeps; beyond, each period has one of each for all that is new.
    /// </summary>
    public const int LicensePeriodLines = 1_000;

    /// <summary>Days of all meters of a license that may still change; beyond, the oldest close before their time.</summary>
    public const int LicenseDays = 700;

    /// <summary>Earlier terms under which late use is priced.</summary>
    public const int FormerTerms = 8;

    /// <summary>Balances on one license.</summary>
    public const int Balances = 20;

    /// <summary>Tiers of one feature.</summary>
    // 31 at the very most: MeterState.TiersEntered, an int, has a bit for each.
    public const int Tiers = 20;

    /// <summary>Tiers of all features of a license; as many of earlier terms are kept besides.</summary>
    public const int LicenseTiers = 800;

    /// <summary>Longest time that a hold may stand.</summary>
    public static readonly TimeSpan HoldTtl = TimeSpan.FromDays(35);
}
