namespace Metering;

/// <summary>What an operator may set for the decisions of all licenses.</summary>
public sealed record MeterRules
{
    /// <summary>The rules where nothing is set.</summary>
    public static readonly MeterRules Default = new();

    /// <summary>How late use may come and still count in the day and period in which it happened (rule 10).</summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Most holds that a license may have open. As many closed leases are kept besides, so that late use finds its feature.
    /// </summary>
    public int MaxOpenHolds { get; init; } = 1_000;

    /// <summary>How long keys and event ids are remembered (rule 8).</summary>
    public TimeSpan IdempotencyMemory { get; init; } = TimeSpan.FromDays(35);
}
