using System.Text.Json;

namespace Metering;

/// <summary>What a use says of itself, whether it is enforced or recorded.</summary>
public abstract record Use : Command
{
    private const long NotGiven = -1;

    // Ticks, and rare fields apart, to keep it small, as in LedgerEntry.
    private long occurredAt = NotGiven;
    private Extras extras = Extras.None;

    /// <summary>The feature; empty: the license's only metered one.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>
    /// The value as it was given, by metric type: a delta above zero (counter), a signed delta (up_down), a reading of zero or more
    /// (total, gauge).
    /// </summary>
    public decimal Given { get; init; } = 1;

    /// <summary>The key of a gauge's or a total's reading, such as a machine or a meter.</summary>
    public string? Key
    {
        get => extras.Key;
        init => extras = value == extras.Key ? extras : extras with { Key = value };
    }

    /// <summary>The caller's id of the event.</summary>
    public string? EventId { get; init; }

    /// <summary>Who uses it, in the caller's words; days count use by user. Null: nobody is named.</summary>
    public string? UserId { get; init; }

    /// <summary>The machine.</summary>
    public string? Fingerprint
    {
        get => extras.Fingerprint;
        init => extras = value == extras.Fingerprint ? extras : extras with { Fingerprint = value };
    }

    /// <summary>When the use happened, UTC; null: now.</summary>
    public DateTimeOffset? OccurredAt
    {
        get => occurredAt == NotGiven ? null : new DateTimeOffset(occurredAt, TimeSpan.Zero);
        init => occurredAt = value?.UtcTicks ?? NotGiven;
    }

    /// <summary>Kept with the ledger entry.</summary>
    public JsonElement? Metadata
    {
        get => extras.Metadata;
        init => extras = value is null && extras.Metadata is null ? extras : extras with { Metadata = value };
    }

    private sealed record Extras
    {
        public static readonly Extras None = new();

        public string? Key { get; init; }

        public string? Fingerprint { get; init; }

        public JsonElement? Metadata { get; init; }
    }
}
