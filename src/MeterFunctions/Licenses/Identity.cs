using Azure;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>One of the things by which a command is recognized when it comes again (rule 8), as a row of its license.</summary>
/// <param name="RowKey">The row's key.</param>
/// <param name="Kind">What it is.</param>
/// <param name="BodyHash">Hash of what was asked with an idempotency key; null for the others.</param>
internal sealed record Identity(string RowKey, IdentityKind Kind, string? BodyHash)
{
    /// <summary>
    /// The identities of a command; an idempotency key comes before an event id. One that has neither is known by the submission, so that
    /// an attempt that is made again, by whomever, does not count twice.
    /// </summary>
    public static IEnumerable<Identity> Of(PendingCommand command)
    {
        if (command.Once?.Key is { } key)
        {
            yield return new Identity(TableKeys.IdentityOfKey(key), IdentityKind.Key, command.Once.BodyHash);
        }

        if (command.Once?.EventId is { } eventId)
        {
            yield return new Identity(TableKeys.IdentityOfEvent(eventId), IdentityKind.Event, null);
        }

        if (command.Once is not { Key: not null } and not { EventId: not null })
        {
            yield return new Identity(TableKeys.IdentityOfSubmission(command.Id), IdentityKind.Submission, null);
        }
    }
}

/// <summary>What a command is recognized by.</summary>
internal enum IdentityKind
{
    /// <summary>Its idempotency key.</summary>
    Key,

    /// <summary>Its event's id.</summary>
    Event,

    /// <summary>The submission itself: what came in once has one, however often it is tried.</summary>
    Submission,
}

/// <summary>What a license's partition remembers of a command that was counted.</summary>
/// <param name="Sequence">The first entry of the command that counted it: the one whose row names it.</param>
/// <param name="Submission">The submission that was counted.</param>
/// <param name="Remembered">What is remembered of it.</param>
/// <param name="ETag">The row as it was read; null for one that the transaction under way adds.</param>
internal sealed record IdentityRow(long Sequence, string Submission, Remembered Remembered, ETag? ETag);
