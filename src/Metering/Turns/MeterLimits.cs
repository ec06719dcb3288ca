namespace Metering;

/// <summary>Limits on what one license may hold, so that no state grows without end.</summary>
public static class MeterLimits
{
    /// <summary>Features on one license.</summary>
    public const int Meters = 200;

    /// <summary>Grants on one meter that are not over.</summary>
    public const int Grants = 100;

    /// <summary>Grants that are over, kept for <c>GET /grants</c>; older ones are in the ledger.</summary>
    public const int EndedGrants = 20;

    /// <summary>The highest that an operator may set for open holds on one license; see <see cref="MeterRules.MaxOpenHolds"/>.</summary>
    public const int MaxOpenHolds = 10_000;

    /// <summary>
    /// Ends of holds that one command writes down. What is over beyond them sets nothing aside either; a later command writes it.
    /// </summary>
    public const int MaxHoldsEndedPerCommand = 50;

    /// <summary>Keys of a gauge or a total.</summary>
    public const int Keys = 5_000;

    /// <summary>Keys of readings that were removed and are remembered, so that older readings do not bring them back.</summary>
    public const int RemovedKeys = 500;

    /// <summary>Closed periods of a meter in which late use may still count.</summary>
    public const int ClosedPeriods = 48;

    /// <summary>Earlier terms under which late use is priced.</summary>
    public const int FormerTerms = 8;

    /// <summary>Balances on one license.</summary>
    public const int Balances = 20;

    /// <summary>Tiers of one feature.</summary>
    // 31 at the very most: MeterState.TiersEntered, an int, has a bit for each.
    public const int Tiers = 20;

    /// <summary>Longest time that a hold may stand.</summary>
    public static readonly TimeSpan HoldTtl = TimeSpan.FromDays(35);
}
