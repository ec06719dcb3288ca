namespace Metering.Api;

/// <summary>Body of a dead letter's retry; it may be absent.</summary>
[Example("""{"event":{"tenant_id":"tenant_acme","metric":"api_calls","quantity":3,"event_id":"evt_1"}}""")]
public sealed record RetryRequest
{
    /// <summary>
    /// The event as it should have been: counted in place of the one that the letter holds. Absent: that one. Without an <c>event_id</c> it
    /// has the letter's id, so that a retry that is repeated counts once.
    /// </summary>
    public EventDocument? Event { get; init; }
}
