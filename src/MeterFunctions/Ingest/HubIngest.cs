using System.Collections.Immutable;
using Azure.Messaging.EventHubs;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Ingest;

/// <summary>
/// Counts a batch of the hub's messages: for each license its events in the order of the partition, as many transactions as their rows
/// need. What cannot be read, has no license or is refused becomes a dead letter, and the rest goes on. When it returns, all of it is
/// durable, so the batch may be checkpointed; when it throws, the batch comes again, and nothing of it counts twice.
/// </summary>
/// <remarks>
/// It throws only for what may be over when the batch comes again: a storage that is not there, or does not let the app in. Whatever else
/// goes wrong with a message would go wrong each time, and hold up the partition for ever; so that message becomes a dead letter, be the
/// fault its own or ours.
/// </remarks>
internal sealed class HubIngest(
    EventIntake intake, LicenseWriter writer, HubLetters letters, HostClock clock, MeterRules rules, RecentEvents recent,
    ILogger<HubIngest> logger)
{
    private const int MaxConcurrentLicenses = 16;
    private const string TooOldDetail =
        "The hub took the event so long ago that its id may be forgotten, so it may have been counted before. Retry it only if it was not.";

    // An event's id is remembered from when it was counted, which is never before the hub took it. So whatever is younger than the memory
    // is still known where it was counted before; the margin is for clocks, and for the time until the commit.
    private static readonly TimeSpan MemoryMargin = TimeSpan.FromDays(1);

    /// <summary>Brings messages of one partition.</summary>
    /// <param name="messages">The messages, in their order.</param>
    /// <param name="partition">The hub and the partition; null when the host does not say.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task BringAsync(IReadOnlyList<EventData> messages, string? partition, CancellationToken cancellationToken)
    {
        var batch = new HubBatch(partition, await clock.ReadAsync(cancellationToken).ConfigureAwait(false), recent.Now);
        foreach (var message in messages)
        {
            await SortAsync(message, batch, cancellationToken).ConfigureAwait(false);
        }

        var licenses = batch.ByLicense.Count;
        await CountAsync(batch, cancellationToken).ConfigureAwait(false);
        if (batch.Uncounted.Count > 0)
        {
            await PlaceAgainAsync(batch, cancellationToken).ConfigureAwait(false);
            await CountAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        // Last: of a batch that comes again because a commit failed, none is there yet. And before the checkpoint, which the host writes
        // once this returns: a batch that comes again finds the letters that are there by their ids.
        await letters.KeepAsync(batch.Letters, cancellationToken).ConfigureAwait(false);
        logger.EventsBrought(partition ?? "?", batch.Count, licenses, batch.Letters.Count);
    }

    private Task CountAsync(HubBatch batch, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        batch.ByLicense,
        new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentLicenses, CancellationToken = cancellationToken },
        async (license, cancel) => await CountAsync(license.Key, license.Value, batch, cancel).ConfigureAwait(false));

    // What is remembered of a tenant is out of date when another instance has changed its licenses. After the licenses that were counted
    // side by side, because what is looked up is not for several threads.
    private async ValueTask PlaceAgainAsync(HubBatch batch, CancellationToken cancellationToken)
    {
        batch.ByLicense.Clear();
        foreach (var (licenseId, commands) in batch.Uncounted)
        {
            var refused = 0;
            foreach (var command in commands)
            {
                var place = await FindAnotherAsync(licenseId, command, batch, cancellationToken).ConfigureAwait(false);
                if (place.LicenseId is { } other)
                {
                    batch.Add(other, command);
                }
                else
                {
                    refused += End(command, place.Outcome!, licenseId, batch) ? 0 : 1;
                }
            }

            Tell(licenseId, refused);
        }
    }

    private async ValueTask<EventPlace> FindAnotherAsync(
        string licenseId, HubCommand command, HubBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await intake.PlaceAgainAsync(command.Usage, licenseId, batch.LookUps, cancellationToken).ConfigureAwait(false)
                ?? new EventPlace(null, command.Outcome(command.First!));
        }
#pragma warning disable CA1031 // It is kept as a dead letter and logged; thrown, it would stop the partition.
        catch (Exception fault) when (!HubFaults.MayPass(fault))
#pragma warning restore CA1031
        {
            logger.CommandFailed(fault, licenseId, command.Pending.Command.GetType().Name);
            return new EventPlace(null, EventOutcome.Failed(command.Usage));
        }
    }

    private async ValueTask CountAsync(
        string licenseId, List<HubCommand> commands, HubBatch batch, CancellationToken cancellationToken)
    {
        ImmutableArray<Taken> taken;
        try
        {
            taken = await writer.ApplyAsync(
                licenseId,
                [.. commands.Select(command => command.Pending)],
                OnContention.Wait,
                message: null,
                told: null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!HubFaults.MayPass(fault) && commands.Count > 1)
        {
            // One of them is at fault, and it must not stop the others. What was committed before it is found again by its identities.
            var half = commands.Count / 2;
            await CountAsync(licenseId, [.. commands.Take(half)], batch, cancellationToken).ConfigureAwait(false);
            await CountAsync(licenseId, [.. commands.Skip(half)], batch, cancellationToken).ConfigureAwait(false);
            return;
        }
#pragma warning disable CA1031 // It is kept as a dead letter and logged; thrown, it would stop the partition.
        catch (Exception fault) when (!HubFaults.MayPass(fault))
#pragma warning restore CA1031
        {
            logger.CommandFailed(fault, licenseId, commands[0].Pending.Command.GetType().Name);
            taken = [new Taken(ApplyResult.Failed, IsRemembered: false)];
        }

        var refused = 0;
        var uncounted = new List<HubCommand>();
        foreach (var (command, result) in commands.Zip(taken))
        {
            if (result.Result.Status == ApplyStatus.Busy)
            {
                throw new StoreUnavailableException($"License {licenseId} can't take events now.");
            }

            if (command.First is null && EventIntake.MayCountElsewhere(command.Usage, result.Result))
            {
                uncounted.Add(command with { First = result.Result });
            }
            else
            {
                refused += End(command, command.Outcome(result.Result), licenseId, batch) ? 0 : 1;
            }
        }

        if (uncounted.Count > 0)
        {
            batch.AddUncounted(licenseId, uncounted);
        }

        Tell(licenseId, refused);
    }

    // False when it becomes a dead letter.
    private bool End(HubCommand command, EventOutcome outcome, string licenseId, HubBatch batch)
    {
        recent.Add(
            RecentEvent.Of(command.Usage, RecentSource.EventHub, OutcomeOf(outcome), outcome.Rejected?.Code, licenseId), batch.SeenAt);
        if (outcome.Rejected is not { } rejected)
        {
            return true;
        }

        batch.Refuse(EventLetter.Of(rejected, batch.Now, command.LetterId));
        return false;
    }

    private void Tell(string licenseId, int refused)
    {
        if (refused > 0)
        {
            logger.EventsRefused(licenseId, refused);
        }
    }

    private async ValueTask SortAsync(EventData message, HubBatch batch, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadEvent> events = [];
        await GuardAsync(message, -1, batch, () =>
        {
            events = HubEvents.Read(message);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        foreach (var read in events)
        {
            batch.Count++;
            await GuardAsync(message, read.Index, batch, () => SortAsync(message, read, batch, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async ValueTask GuardAsync(EventData message, int index, HubBatch batch, Func<ValueTask> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is kept as a dead letter and logged; thrown, it would stop the partition.
        catch (Exception fault) when (!HubFaults.MayPass(fault))
#pragma warning restore CA1031
        {
            logger.MessageFailed(fault, batch.Partition ?? "?", message.SequenceNumber);
            Refuse(
                batch,
                message,
                EventLetter.Failed(message.EventBody.ToString(), batch.Now,
                    LetterId(message, Name(message, index, batch.Partition))));
        }
    }

    private async ValueTask SortAsync(EventData message, ReadEvent read, HubBatch batch, CancellationToken cancellationToken)
    {
        var name = Name(message, read.Index, batch.Partition);
        if (read.Event is not { } usage)
        {
            Refuse(batch, message, EventLetter.Unreadable(read, batch.Now, LetterId(message, name)));
            return;
        }

        // Without an id of its own, an event is its place in the partition, which stays when it is delivered again; without a time, it
        // happened when the hub took it.
        usage = usage with
        {
            EventId = read.MadeId ? name : usage.EventId,
            OccurredAt = usage.OccurredAt ?? EnqueuedAt(message),
        };
        if (EnqueuedAt(message) < TooOldBefore(batch.Now))
        {
            var tooOld = new RejectedEvent(usage, DeadLetter.TooOld, TooOldDetail);
            Refuse(batch, message, EventLetter.Of(tooOld, batch.Now, LetterId(message, name)), usage);
            return;
        }

        var place = await intake.PlaceAsync(usage, batch.LookUps, cancellationToken).ConfigureAwait(false);
        if (place.LicenseId is null)
        {
            if (place.Outcome?.Rejected is { } rejected)
            {
                Refuse(batch, message, EventLetter.Of(rejected, batch.Now, LetterId(message, name)), usage);
            }
            else
            {
                recent.Add(RecentEvent.Of(usage, RecentSource.EventHub, RecentOutcome.Duplicate), batch.SeenAt);
            }

            return;
        }

        var pending = new PendingCommand { Id = name, Command = usage.ToCommand(), Once = Once.ByEvent(usage.EventId) };
        batch.Add(place.LicenseId, new HubCommand(usage, pending, LetterId(message, name)));
    }

    private static RecentOutcome OutcomeOf(EventOutcome outcome) => outcome.Rejected is not null ? RecentOutcome.DeadLetter
        : outcome.IsDuplicate ? RecentOutcome.Duplicate
        : RecentOutcome.Counted;

    private void Refuse(HubBatch batch, EventData message, DeadLetter letter, UsageEvent? usage = null)
    {
        recent.Add(RecentEvent.Of(usage, RecentSource.EventHub, RecentOutcome.DeadLetter, letter.Code), batch.SeenAt);
        logger.EventRefused(batch.Partition ?? "?", message.SequenceNumber, letter.Code, letter.Detail);
        batch.Refuse(letter);
    }

    // With a memory of one day, a margin of a day would leave nothing.
    private DateTimeOffset TooOldBefore(DateTimeOffset now)
    {
        var half = rules.IdempotencyMemory / 2;
        return now - rules.IdempotencyMemory + (half < MemoryMargin ? half : MemoryMargin);
    }

    // The time, because the numbers of a hub that was made anew begin again. Where the host does not say which partition it is, the content
    // keeps two of the same number apart.
    private static string Name(EventData message, int index, string? partition) => partition is null
        ? $"hub {message.SequenceNumber} {SentAt(message)} {index} {TextHash.Of(message.EventBody.ToString())[..16]}"
        : $"hub {partition} {message.SequenceNumber} {SentAt(message)} {index}";

    private static string LetterId(EventData message, string name) => EventLetter.IdOf(SentAt(message), name);

    private static long SentAt(EventData message) => Math.Max(0, message.EnqueuedTime.ToUnixTimeMilliseconds());

    // Null where the host does not say it.
    private static DateTimeOffset? EnqueuedAt(EventData message) =>
        SentAt(message) is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
