using System.Text.Json.Serialization;

namespace Metering.Client;

/// <summary>What the meter says about one feature: whether an amount was, or would be, let through, and how the license stands.</summary>
public sealed record UsageAnswer
{
    /// <summary>
    /// Whether the amount was let through (or would be). When it is false, <see cref="Refusal"/> says why. Where usage or a quota is only
    /// read, it is false while the license or its use is suspended, or the license has expired.
    /// </summary>
    public required bool Allowed { get; init; }

    /// <summary>What the answer is about, as the catalog names it.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>What was counted, in the feature's unit; with <see cref="UseDetails.AllowPartial"/> perhaps less than was asked.</summary>
    public decimal Amount { get; init; }

    /// <summary>Use of the period; null when the answer was given without a connection.</summary>
    public decimal? Used { get; init; }

    /// <summary>The terms' limit; null when there is none.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Limit, active grants and what was rolled over; null when there is no limit.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>What open reservations and leases set aside.</summary>
    public decimal Held { get; init; }

    /// <summary>What may be used before it is overage; null when there is no limit.</summary>
    public decimal? Remaining { get; init; }

    /// <summary>Use that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>Whether there is no limit.</summary>
    public bool Unlimited { get; init; }

    /// <summary>The level of use.</summary>
    public UsageLevel Level { get; init; }

    /// <summary>The policy where use stands; of a refusal, the one that refused.</summary>
    public UsagePolicy Policy { get; init; }

    /// <summary>The open period; null for a boolean feature.</summary>
    public UsagePeriod? Period { get; init; }

    /// <summary>When use starts anew; null: never.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What this amount cost (or would cost), in the balance's unit.</summary>
    public decimal Cost { get; init; }

    /// <summary>The credit that priced use draws on; null when use has no price.</summary>
    public CreditBalance? Balance { get; init; }

    /// <summary>The ledger entry that counted it; of a check, the license's last.</summary>
    public long Sequence { get; init; }

    /// <summary>Names of the signals that this use sent.</summary>
    public IReadOnlyList<string> Signals { get; init => field = value ?? []; } = [];

    // What is checked or read is not refused for lack of quota, so the reason is a field there and no problem document.
    [JsonInclude]
    internal string? Reason { get; init; }

    /// <summary>Why the amount was not let through; null when it was.</summary>
    [JsonIgnore]
    public UsageRefusal? Refusal
    {
        get => field ?? (Reason is { } code ? new UsageRefusal(code, $"{FeatureCode} would be refused: {code}.", RetryAfter: null) : null);
        init;
    }

    /// <summary>Whether this is the first answer again, because the same key had counted already (rule 8).</summary>
    [JsonIgnore]
    public bool Replayed { get; init; }

    /// <summary>
    /// Whether the meter could not be reached, so that the client itself decided and the answer knows neither use nor limit. Use that was
    /// let through then waits in the queue on disk until the meter is back; use that was refused (<c>offline_limit_reached</c>) does not.
    /// </summary>
    [JsonIgnore]
    public bool Offline { get; init; }
}
