using Metering;

namespace MeterFunctions.Storage;

/// <summary>One of the things by which a command is recognized when it comes again (rule 8), as a row of the ledger.</summary>
/// <param name="RowKey">The row's key.</param>
/// <param name="BodyHash">Hash of what was asked with an idempotency key; null for an event id.</param>
/// <param name="IsEvent">Whether it is an event id, and no idempotency key.</param>
internal sealed record Identity(string RowKey, string? BodyHash, bool IsEvent)
{
    /// <summary>The identities of a command; an idempotency key comes before an event id.</summary>
    public static IEnumerable<Identity> Of(Once? once)
    {
        if (once?.Key is { } key)
        {
            yield return new Identity(TableKeys.IdentityOfKey(key), once.BodyHash, IsEvent: false);
        }

        if (once?.EventId is { } eventId)
        {
            yield return new Identity(TableKeys.IdentityOfEvent(eventId), null, IsEvent: true);
        }
    }
}

/// <summary>The ledger's row of an identity.</summary>
/// <param name="Sequence">The first entry of the command that counted it: the one whose row names it.</param>
/// <param name="Remembered">What is remembered of it.</param>
internal sealed record IdentityRow(long Sequence, Remembered Remembered);
