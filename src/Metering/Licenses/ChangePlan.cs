using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// Put the license on a version of a plan, in place of the plan of its group; its other plans stay. Use that was counted stays; the terms
/// change from now on.
/// </summary>
public sealed record ChangePlan : Command
{
    /// <summary>The version to be on, with the terms of its features.</summary>
    public required PlanTerms Plan { get; init; }

    /// <summary>
    /// Whether only the version is to change: a license that is not on the plan, or on this version already, is refused with
    /// <see cref="RefusalCode.NotOnPlan"/>.
    /// </summary>
    public bool OnlyVersion { get; init; }

    /// <summary>With <see cref="OnlyVersion"/>: only from this version; null: from any other.</summary>
    public int? FromVersion { get; init; }

    /// <summary>
    /// The license's plans as whoever asks has seen them: the terms of those that stay are taken from here. Where one that stays is not
    /// among them, because another change came first, the command is refused with <see cref="RefusalCode.PlansChanged"/>: look again, and
    /// ask again.
    /// </summary>
    public ImmutableArray<PlanTerms> Seen { get => field.IsDefault ? [] : field; init; } = [];
}
