namespace Metering;

/// <summary>
/// What an entry does by its own numbers, by its kind. All of the domain's decisions come down to this and to the
/// <see cref="LicenseEffect"/> that a command's last entry carries: both the writing and the replay of evidence go by it, so neither can
/// say what the other does not.
/// </summary>
internal enum EntryEffect
{
    /// <summary>Nothing: whatever it changed is in the effect.</summary>
    None,

    /// <summary>Adds to use, overage and cost, draws on a balance, and counts in a day.</summary>
    Count,

    /// <summary>As <see cref="Count"/>, but what it adds is no value: a day's min, max and last say nothing of it.</summary>
    Correct,

    /// <summary>Ends a period: use becomes what the entry says, and what covered it is history.</summary>
    EndPeriod,

    /// <summary>As <see cref="EndPeriod"/>, in the midst of it: a standing level falls to zero too.</summary>
    Reset,

    /// <summary>Use becomes what the entry says.</summary>
    Move,

    /// <summary>Use is suspended.</summary>
    Suspend,

    /// <summary>Use is resumed.</summary>
    Resume,

    /// <summary>A hold sets nothing aside any more.</summary>
    EndHold,

    /// <summary>Credit is bought.</summary>
    Buy,

    /// <summary>Credit is withdrawn.</summary>
    Withdraw,

    /// <summary>Credit can't be drawn until it is resumed.</summary>
    SuspendBalance,

    /// <summary>Credit can be drawn again.</summary>
    ResumeBalance,
}

/// <summary>The effect of each kind of entry.</summary>
internal static class EntryEffects
{
    /// <summary>The effect of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is none: each has its effect here, or it has no evidence.</exception>
    public static EntryEffect Of(EntryKind kind) => kind switch
    {
        EntryKind.Consumed or EntryKind.Recorded => EntryEffect.Count,
        EntryKind.Decremented => EntryEffect.Correct,
        EntryKind.PeriodClosed => EntryEffect.EndPeriod,
        EntryKind.UsageReset => EntryEffect.Reset,
        EntryKind.ClockRepaired => EntryEffect.Move,
        EntryKind.UsageSuspended => EntryEffect.Suspend,
        EntryKind.UsageResumed => EntryEffect.Resume,
        EntryKind.HoldClosed or EntryKind.HoldExpired => EntryEffect.EndHold,
        EntryKind.BalanceOpened or EntryKind.BalanceToppedUp => EntryEffect.Buy,
        EntryKind.BalanceWithdrawn => EntryEffect.Withdraw,
        EntryKind.BalanceSuspended => EntryEffect.SuspendBalance,
        EntryKind.BalanceResumed => EntryEffect.ResumeBalance,
        EntryKind.LicenseCreated or EntryKind.LicenseChanged or EntryKind.PlansChanged or EntryKind.FeatureChanged
            or EntryKind.GrantAdded or EntryKind.GrantEffective or EntryKind.GrantRecurred or EntryKind.GrantEnded
            or EntryKind.HoldOpened or EntryKind.LeaseSynced or EntryKind.BalanceChanged => EntryEffect.None,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An entry of this kind has no effect that is known."),
    };
}
