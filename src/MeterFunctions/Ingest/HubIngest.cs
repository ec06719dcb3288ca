using System.Text.Json;
using Azure.Messaging.EventHubs;
using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Ingest;

/// <summary>
/// Brings a batch of the hub's messages to the licenses: one or a few signals for each license, in the order of the partition. What
/// cannot be read or has no license becomes a dead letter, and the rest goes on. When it returns, all of it is durable, so the batch
/// may be checkpointed; when it throws, the batch comes again, and nothing of it counts twice.
/// </summary>
internal sealed class HubIngest(EventLicenses licenses, LicenseSignals signals, IDeadLetters deadLetters, TimeProvider time, ILogger<HubIngest> logger)
{
    /// <summary>Most events in one signal.</summary>
    public const int MostEvents = 100;

    private const int LicensesAtOnce = 32;
    private const int LongestPayload = 64 * 1024;

    /// <summary>Brings messages of one partition.</summary>
    /// <param name="messages">The messages, in their order.</param>
    /// <param name="partition">The hub and the partition; null when the host does not say.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task BringAsync(IReadOnlyList<EventData> messages, string? partition, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        var byLicense = new Dictionary<string, List<Submission>>(StringComparer.Ordinal);
        var count = 0;
        foreach (var message in messages)
        {
            foreach (var read in HubEvents.Read(message))
            {
                count++;
                await SortAsync(message, read, partition, byLicense, letters, cancellationToken).ConfigureAwait(false);
            }
        }

        await deadLetters.AddAsync(letters, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(
            byLicense,
            new ParallelOptions { MaxDegreeOfParallelism = LicensesAtOnce, CancellationToken = cancellationToken },
            async (license, cancel) => await SendAsync(license.Key, license.Value, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        logger.EventsBrought(partition ?? "?", count, byLicense.Count, letters.Count);
    }

    private async ValueTask SortAsync(
        EventData message,
        ReadEvent read,
        string? partition,
        Dictionary<string, List<Submission>> byLicense,
        List<DeadLetter> letters,
        CancellationToken cancellationToken)
    {
        var name = Name(message, read.Index, partition);
        if (read.Event is not { } usage)
        {
            Refuse(read.Problem!.Code, Describe(read.Problem), read.Raw ?? message.EventBody.ToString());
            return;
        }

        // Without an id of its own, an event is its place in the partition, which stays when it is delivered again.
        usage = read.MadeId ? usage with { EventId = name } : usage;
        if (await licenses.ResolveAsync(usage, cancellationToken).ConfigureAwait(false) is not { } licenseId)
        {
            Refuse(RefusalCode.FeatureNotAssigned, $"The tenant has no license with the feature {usage.Metric}.", HubMessages.Write(usage));
            return;
        }

        if (!byLicense.TryGetValue(licenseId, out var submissions))
        {
            byLicense.Add(licenseId, submissions = []);
        }

        submissions.Add(new Submission
        {
            Id = usage.EventId,
            Command = usage.ToCommand(),
            Once = Once.ByEvent(usage.EventId),
            SentAt = SentAt(message),
            Partition = partition,
            PartitionSequence = message.SequenceNumber,
        });

        void Refuse(string code, string detail, string payload)
        {
            logger.EventRefused(partition ?? "?", message.SequenceNumber, code, detail);
            var kept = payload.Length > LongestPayload ? payload[..LongestPayload] : payload;
            letters.Add(new DeadLetter(RefusedEvents.LetterId(SentAt(message), name), time.GetUtcNow(), code, detail, kept));
        }
    }

    private async ValueTask SendAsync(string licenseId, List<Submission> submissions, CancellationToken cancellationToken)
    {
        var part = new List<byte[]>(Math.Min(submissions.Count, MostEvents));
        var bytes = 0;
        foreach (var submission in submissions)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(submission, CounterJson.Default.Submission);
            if (part.Count == MostEvents || (part.Count > 0 && bytes + json.Length > LicenseSignals.MostBytes))
            {
                await signals.SendAsync(licenseId, part, cancellationToken).ConfigureAwait(false);
                part.Clear();
                bytes = 0;
            }

            part.Add(json);
            bytes += json.Length;
        }

        await signals.SendAsync(licenseId, part, cancellationToken).ConfigureAwait(false);
    }

    private static string Name(EventData message, int index, string? partition) => partition is null
        ? $"hub {message.SequenceNumber} {SentAt(message)} {index} {Storage.TableKeys.Hash(message.EventBody.ToString())[..16]}"
        : $"hub {partition} {message.SequenceNumber} {index}";

    private static long SentAt(EventData message) => Math.Max(0, message.EnqueuedTime.ToUnixTimeMilliseconds());

    private static string Describe(Problem problem) => problem.Errors.IsEmpty
        ? problem.Detail
        : string.Join("; ", problem.Errors.Select(error => $"{error.Pointer} {error.Detail}".Trim()));
}
