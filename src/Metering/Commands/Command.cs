using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>A change that somebody asks of a license. Hosts bring it to the license's single writer, which calls <see cref="LicenseMeter.Apply"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$c")]
[JsonDerivedType(typeof(OpenLicense), "open_license")]
[JsonDerivedType(typeof(ChangeLicense), "change_license")]
[JsonDerivedType(typeof(SetPlans), "set_plans")]
[JsonDerivedType(typeof(ChangePlan), "change_plan")]
[JsonDerivedType(typeof(AssignFeature), "assign_feature")]
[JsonDerivedType(typeof(UnassignFeature), "unassign_feature")]
[JsonDerivedType(typeof(Consume), "consume")]
[JsonDerivedType(typeof(RecordUse), "record")]
[JsonDerivedType(typeof(DecrementUsage), "decrement")]
[JsonDerivedType(typeof(ResetUsage), "reset")]
[JsonDerivedType(typeof(ResumeUsage), "resume_usage")]
[JsonDerivedType(typeof(AddGrant), "add_grant")]
[JsonDerivedType(typeof(VoidGrant), "void_grant")]
[JsonDerivedType(typeof(OpenBalance), "open_balance")]
[JsonDerivedType(typeof(ChangeBalance), "change_balance")]
[JsonDerivedType(typeof(OpenHold), "open_hold")]
[JsonDerivedType(typeof(CommitHold), "commit_hold")]
[JsonDerivedType(typeof(ReleaseHold), "release_hold")]
[JsonDerivedType(typeof(SyncLease), "sync_lease")]
[JsonDerivedType(typeof(SetMachine), "set_machine")]
[JsonDerivedType(typeof(RemoveMachine), "remove_machine")]
[JsonDerivedType(typeof(RepairClock), "repair_clock")]
public abstract record Command;

/// <summary>Create the license's state. Applied once, to no state.</summary>
public sealed record OpenLicense : Command
{
    /// <summary>The license.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>From what its periods are counted; null: from its creation.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>From when on it is no longer valid; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Features assigned to it directly.</summary>
    public ImmutableArray<FeatureTerms> Features { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>Suspend, resume, delete the license or change its expiry. What is null stays as it is.</summary>
public sealed record ChangeLicense : Command
{
    /// <summary>Whether the license is suspended.</summary>
    public bool? Suspended { get; init; }

    /// <summary>Whether the license is deleted; there is no way back.</summary>
    public bool? Deleted { get; init; }

    /// <summary>Whether to set <see cref="ExpiresAt"/>.</summary>
    public bool SetExpiry { get; init; }

    /// <summary>With <see cref="SetExpiry"/>: the new expiry, null for none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Put the license on these plans, and on no others. Use that was counted stays; the terms change from now on.</summary>
public sealed record SetPlans : Command
{
    /// <summary>The plans, one of each group.</summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>
/// Put the license on a version of a plan, in place of the plan of its group; its other plans stay. Use that was counted stays; the terms change
/// from now on.
/// </summary>
public sealed record ChangePlan : Command
{
    /// <summary>The plan.</summary>
    public required PlanTerms Plan { get; init; }

    /// <summary>Whether only the version is to change: a license that is not on the plan, or on this version already, is refused with <see cref="RefusalCode.NotOnPlan"/>.</summary>
    public bool OnlyVersion { get; init; }

    /// <summary>With <see cref="OnlyVersion"/>: only from this version; null: from any other.</summary>
    public int? FromVersion { get; init; }

    /// <summary>
    /// The license's plans as whoever asks has seen them: the terms of those that stay are taken from here. Where one that stays is not among them,
    /// because another change came first, the command is refused with <see cref="RefusalCode.PlansChanged"/>: look again, and ask again.
    /// </summary>
    public ImmutableArray<PlanTerms> Seen { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>Assign a feature to the license directly; its terms win over a plan's.</summary>
public sealed record AssignFeature : Command
{
    /// <summary>The feature and its terms.</summary>
    public required FeatureTerms Feature { get; init; }
}

/// <summary>Take a direct assignment away.</summary>
public sealed record UnassignFeature : Command
{
    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>
    /// The license's plans as whoever asks has seen them; their terms take over where they have the feature. Where one of the license's plans is
    /// not among them, because another change came first, the command is refused with <see cref="RefusalCode.PlansChanged"/>.
    /// </summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>What a use says of itself, whether it is enforced or recorded.</summary>
public abstract record Use : Command
{
    /// <summary>The feature; empty: the license's only metered one.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>By metric type: a delta above zero (counter), a signed delta (up_down), a reading of zero or more (total, gauge).</summary>
    public decimal Amount { get; init; } = 1;

    /// <summary>The key of a gauge's or a total's reading, such as a machine or a meter.</summary>
    public string? Key { get; init; }

    /// <summary>The caller's id of the event.</summary>
    public string? EventId { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }

    /// <summary>The machine.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>When the use happened, UTC; null: now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Kept with the ledger entry.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Enforce and count, in one step.</summary>
public sealed record Consume : Use
{
    /// <summary>Take what is left when the whole amount is not (rule 4).</summary>
    public bool AllowPartial { get; init; }
}

/// <summary>Count without refusing for quota: the use has already happened.</summary>
public sealed record RecordUse : Use
{
    /// <summary>The lease that the use draws on; null: none.</summary>
    public string? LeaseId { get; init; }
}

/// <summary>Take use away again, as a correction.</summary>
public sealed record DecrementUsage : Command
{
    /// <summary>The feature; empty: the license's only metered one.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units to take away; above zero, no more than were used in the period.</summary>
    public decimal Amount { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Start the period anew, at zero; or, with <see cref="TopUp"/>, add to the allowance and reset nothing.</summary>
public sealed record ResetUsage : Command
{
    /// <summary>The feature; empty: the license's only metered one; null: every metered feature, or with <see cref="TopUp"/> the only one.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>Whether periods stay counted from the same anchor; otherwise from now.</summary>
    public bool KeepAnchor { get; init; } = true;

    /// <summary>Units of a grant to be made instead of the reset; null: reset.</summary>
    public decimal? TopUp { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Lift the suspension that a tier's policy put on use.</summary>
public sealed record ResumeUsage : Command
{
    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Give extra allowance (rule 5). A top-up is a grant.</summary>
public sealed record AddGrant : Command
{
    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when; null: now.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Until when; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew.</summary>
    public Interval Recurrence { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Take back what is left of a grant.</summary>
public sealed record VoidGrant : Command
{
    /// <summary>The grant.</summary>
    public required string GrantId { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Open a balance.</summary>
public sealed record OpenBalance : Command
{
    /// <summary>Its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit to begin with; zero or more.</summary>
    public decimal Amount { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled; null: a tenth of <see cref="Amount"/>.</summary>
    public decimal? LowAt { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>Put credit in, take it out, suspend or resume a balance.</summary>
public sealed record ChangeBalance : Command
{
    /// <summary>Its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>What to do.</summary>
    public BalanceChange Change { get; init; }

    /// <summary>Credit to put in or take out; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}

/// <summary>What <see cref="ChangeBalance"/> does.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<BalanceChange>))]
public enum BalanceChange
{
    /// <summary>Put credit in.</summary>
    TopUp,

    /// <summary>Take credit out; no more than is available.</summary>
    Withdraw,

    /// <summary>Refuse priced use until resumed.</summary>
    Suspend,

    /// <summary>Allow priced use again.</summary>
    Resume,
}

/// <summary>Set a part of the allowance aside.</summary>
public sealed record OpenHold : Command
{
    /// <summary>Settled once or in steps.</summary>
    public HoldKind Kind { get; init; }

    /// <summary>The feature; a counter.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>How long it stands, in seconds.</summary>
    public int TtlSeconds { get; init; }

    /// <summary>Who holds it; required for a lease.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>Settle a reservation with the true amount.</summary>
public sealed record CommitHold : Command
{
    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }

    /// <summary>Units used; null: the whole hold. Zero releases it.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }
}

/// <summary>Give back what is left of a reservation.</summary>
public sealed record ReleaseHold : Command
{
    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }
}

/// <summary>End a step of a lease: answer with its state, and close it when asked. The uses themselves come as <see cref="RecordUse"/>, each with its event id.</summary>
public sealed record SyncLease : Command
{
    /// <summary>The lease.</summary>
    public required string HoldId { get; init; }

    /// <summary>Whether to give back what is left.</summary>
    public bool Close { get; init; }
}

/// <summary>Register a machine with its cores: a reading of the gauge <see cref="Machines.FeatureCode"/>, under the machine's key.</summary>
public sealed record SetMachine : Command
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its cores; zero or more.</summary>
    public decimal Cores { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}

/// <summary>Forget a machine.</summary>
public sealed record RemoveMachine : Command
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }
}
