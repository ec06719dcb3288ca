using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a lease's sync.</summary>
[Example("""{"usage":[{"event_id":"evt_1","amount":12,"occurred_at":"2026-11-21T10:00:00Z"}],"close":false}""")]
public sealed record LeaseSyncRequest
{
    /// <summary>Most uses in one sync.</summary>
    public const int MaxUses = ILicenseMeters.MaxCommands;

    /// <summary>What was used since the last sync; uses that came before count once.</summary>
    public LeaseUse?[]? Usage { get; init; }

    /// <summary>Whether to give back what is left.</summary>
    [DefaultValue(false)]
    public bool? Close { get; init; }
}
