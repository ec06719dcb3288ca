using System.Text.Json;
using Azure.Messaging.EventHubs;
using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Ingest;

/// <summary>
/// Brings a batch of the hub's messages to the licenses: one or a few messages for each license, in the order of the partition. What
/// cannot be read or has no license becomes a dead letter, and the rest goes on. When it returns, all of it is durable, so the batch
/// may be checkpointed; when it throws, the batch comes again, and nothing of it counts twice.
/// </summary>
/// <remarks>
/// It throws only for what may be over when the batch comes again: a storage or a task hub that is not there. Whatever else goes wrong with
/// a message would go wrong each time, and hold up the partition for ever; so that message becomes a dead letter, be the fault its own or
/// ours.
/// </remarks>
internal sealed class HubIngest(
    EventIntake intake, EntityMessages entities, IDeadLetters deadLetters, TimeProvider time, ILogger<HubIngest> logger)
{
    /// <summary>Most events in one message.</summary>
    public const int MaxEvents = 100;

    private const int MaxConcurrentLicenses = 32;

    /// <summary>Brings messages of one partition.</summary>
    /// <param name="messages">The messages, in their order.</param>
    /// <param name="partition">The hub and the partition; null when the host does not say.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task BringAsync(IReadOnlyList<EventData> messages, string? partition, CancellationToken cancellationToken)
    {
        var batch = new HubBatch(partition);
        foreach (var message in messages)
        {
            await SortAsync(message, batch, cancellationToken).ConfigureAwait(false);
        }

        await KeepAsync(batch.Letters, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(
            batch.ByLicense,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentLicenses, CancellationToken = cancellationToken },
            async (license, cancel) => await SendAsync(license.Key, license.Value, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        logger.EventsBrought(partition ?? "?", batch.Count, batch.ByLicense.Count, batch.Letters.Count);
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
        catch (Exception fault) when (!MayPass(fault))
#pragma warning restore CA1031
        {
            logger.MessageFailed(fault, batch.Partition ?? "?", message.SequenceNumber);
            Refuse(
                batch,
                message,
                EventLetter.Failed(message.EventBody.ToString(), time.GetUtcNow(),
                    LetterId(message, Name(message, index, batch.Partition))));
        }
    }

    private async ValueTask SortAsync(EventData message, ReadEvent read, HubBatch batch, CancellationToken cancellationToken)
    {
        var name = Name(message, read.Index, batch.Partition);
        if (read.Event is not { } usage)
        {
            Refuse(batch, message, EventLetter.Unreadable(read, time.GetUtcNow(), LetterId(message, name)));
            return;
        }

        // Without an id of its own, an event is its place in the partition, which stays when it is delivered again.
        usage = usage with
        {
            EventId = read.MadeId ? name : usage.EventId,
            ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(SentAt(message)),
        };
        var place = await intake.PlaceAsync(usage, batch.LookUps, cancellationToken).ConfigureAwait(false);
        if (place.LicenseId is null)
        {
            if (place.Outcome?.Rejected is { } rejected)
            {
                Refuse(batch, message, EventLetter.Of(rejected, time.GetUtcNow(), LetterId(message, name)));
            }

            return;
        }

        var command = new PendingCommand
        {
            Id = usage.EventId,
            Command = usage.ToCommand(),
            Once = Once.ByEvent(usage.EventId),
            TenantId = usage.LicenseId is null ? usage.TenantId : null,
            SentAt = SentAt(message),
            Partition = batch.Partition,
            PartitionSequence = message.SequenceNumber,
        };
        batch.Add(place.LicenseId, JsonSerializer.SerializeToUtf8Bytes(command, CounterJson.Default.PendingCommand));
    }

    private void Refuse(HubBatch batch, EventData message, DeadLetter letter)
    {
        logger.EventRefused(batch.Partition ?? "?", message.SequenceNumber, letter.Code, letter.Detail);
        batch.Letters.Add(letter);
    }

    private async ValueTask KeepAsync(List<DeadLetter> letters, CancellationToken cancellationToken)
    {
        try
        {
            await deadLetters.AddAsync(letters, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Each is tried by itself, and the one at fault without what it held; thrown, it would stop the partition.
        catch (Exception fault) when (!MayPass(fault))
#pragma warning restore CA1031
        {
            foreach (var letter in letters)
            {
                await KeepAsync(letter, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask KeepAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            await deadLetters.AddAsync([letter], cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault) when (!MayPass(fault))
#pragma warning restore CA1031
        {
            logger.LetterFailed(fault, letter.Id, letter.Payload.Length);
            var empty = letter with
            {
                Payload = "",
                Detail = "What the message held could not be kept. The letter's id has the time at which it was sent.",
            };
            await deadLetters.AddAsync([empty], cancellationToken).ConfigureAwait(false);
        }
    }

    // What may be over when the batch comes again: the storage is lost, the task hub does not answer, the host stops.
    private static bool MayPass(Exception fault) =>
        fault is StoreUnavailableException or OperationCanceledException or Azure.RequestFailedException { Status: 401 or 403 or 404 };

    private async ValueTask SendAsync(string licenseId, List<byte[]> commands, CancellationToken cancellationToken)
    {
        var part = new List<byte[]>(Math.Min(commands.Count, MaxEvents));
        var bytes = 0;

        // Cut by bytes too, so that a message fits into the task hub's queue and needs no blob.
        foreach (var json in commands)
        {
            if (part.Count == MaxEvents || (part.Count > 0 && bytes + json.Length > EntityMessages.MaxBytes))
            {
                await entities.SendAsync(licenseId, part, cancellationToken).ConfigureAwait(false);
                part.Clear();
                bytes = 0;
            }

            part.Add(json);
            bytes += json.Length;
        }

        await entities.SendAsync(licenseId, part, cancellationToken).ConfigureAwait(false);
    }

    // Numbers are a partition's own. Where the host does not say which it is, time and content keep two of the same number apart.
    private static string Name(EventData message, int index, string? partition) => partition is null
        ? $"hub {message.SequenceNumber} {SentAt(message)} {index} {TextHash.Of(message.EventBody.ToString())[..16]}"
        : $"hub {partition} {message.SequenceNumber} {index}";

    private static string LetterId(EventData message, string name) => EventLetter.IdOf(SentAt(message), name);

    private static long SentAt(EventData message) => Math.Max(0, message.EnqueuedTime.ToUnixTimeMilliseconds());
}
