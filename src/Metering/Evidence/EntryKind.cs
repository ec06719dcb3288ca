using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What a ledger entry records.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<EntryKind>))]
public enum EntryKind
{
    /// <summary>The first entry of every license; it may bring plans with it.</summary>
    LicenseCreated,

    /// <summary>The license's status or expiry was changed, or the license deleted.</summary>
    LicenseChanged,

    /// <summary>The license's plans were set.</summary>
    PlansChanged,

    /// <summary>
    /// A feature was assigned to the license, or its assignment taken away; or something else moved a standing level's overage without use.
    /// </summary>
    FeatureChanged,

    /// <summary>Use was enforced and counted.</summary>
    Consumed,

    /// <summary>Use that had already happened was counted.</summary>
    Recorded,

    /// <summary>A correction took use away.</summary>
    Decremented,

    /// <summary>An operator started the period anew.</summary>
    UsageReset,

    /// <summary>Somebody touched the meter after its period had ended: use starts at zero again (rule 3).</summary>
    PeriodClosed,

    /// <summary>Use was suspended by a tier's policy.</summary>
    UsageSuspended,

    /// <summary>Use was resumed.</summary>
    UsageResumed,

    /// <summary>A grant was made.</summary>
    GrantAdded,

    /// <summary>A grant's time came.</summary>
    GrantEffective,

    /// <summary>A grant recurred: its amount was given anew.</summary>
    GrantRecurred,

    /// <summary>A grant is over.</summary>
    GrantEnded,

    /// <summary>A part of the allowance was set aside.</summary>
    HoldOpened,

    /// <summary>What was left of a hold returned to the allowance: released, settled or closed.</summary>
    HoldClosed,

    /// <summary>What was left of a hold returned to the allowance because its time was over.</summary>
    HoldExpired,

    /// <summary>A step of a lease was settled; its uses have entries of their own.</summary>
    LeaseSynced,

    /// <summary>The license was given a credit account, perhaps with credit in it.</summary>
    BalanceOpened,

    /// <summary>Credit was put in.</summary>
    BalanceToppedUp,

    /// <summary>Credit was taken out.</summary>
    BalanceWithdrawn,

    /// <summary>An operator stopped priced use from drawing credit.</summary>
    BalanceSuspended,

    /// <summary>An operator let priced use draw credit again.</summary>
    BalanceResumed,

    /// <summary>
    /// The license was brought back from a future that a wrong clock had made; its entries before this one may be of a later time.
    /// </summary>
    ClockRepaired,

    /// <summary>An operator changed how low a balance may get, or when that is signalled.</summary>
    BalanceChanged,
}
