using System.Text.Json;

namespace Metering.Client;

/// <summary>What may be said of a use besides feature and amount. All of it is optional.</summary>
public sealed record UseDetails
{
    /// <summary>
    /// What makes this use the same use when it is sent again (rule 8), 1 to 255 visible ASCII characters. Without it the client makes
    /// one for each call,
    /// which holds for the call's own retries only: give one, from your own record of the work, where a crash may make you call again.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The same, for use that may come by other ways as well, such as the event stream.</summary>
    public string? EventId { get; init; }

    /// <summary>Which source a keyed feature's reading is of: a machine, a seat.</summary>
    public string? Key { get; init; }

    /// <summary>The machine on which it was used.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Who used it, in your words.</summary>
    public string? UserId { get; init; }

    /// <summary>What you want to find in the ledger beside it: a JSON object.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Whether to take what is left where the whole does not fit. Not for reports.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>When it was used; null: now. Only for reports.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}
