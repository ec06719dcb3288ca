using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What a signal says.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SignalType>))]
public enum SignalType
{
    /// <summary>
    /// Use reached another level; once for each level in a period, and again where allowance or terms have changed since (rule 11). The
    /// detail <c>recovered</c> says that it fell because they changed.
    /// </summary>
    LevelChanged,

    /// <summary>Use went beyond the allowance; once in a period, and again where it went beyond a changed allowance.</summary>
    Overage,

    /// <summary>Use is no longer beyond the allowance, because allowance or terms changed. The overage that was counted stays.</summary>
    OverageEnded,

    /// <summary>A tier's policy suspended use.</summary>
    UsageSuspended,

    /// <summary>Use was resumed.</summary>
    UsageResumed,

    /// <summary>
    /// What a period came to, final but for late events (rule 10). Told when somebody touches the meter, not at the boundary (rule 3).
    /// </summary>
    PeriodClosed,

    /// <summary>A grant is over.</summary>
    GrantEnded,

    /// <summary>A balance has little left.</summary>
    BalanceLow,

    /// <summary>A balance has nothing left.</summary>
    BalanceExhausted,

    /// <summary>A hold's time was over.</summary>
    HoldExpired,

    /// <summary>The license was suspended, resumed, deleted, or its expiry changed.</summary>
    LicenseChanged,

    /// <summary>A webhook was disabled after its deliveries had failed for too long.</summary>
    WebhookDisabled,
}
