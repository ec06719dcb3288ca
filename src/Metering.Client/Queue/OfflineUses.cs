using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>Uses of a license that could not be told yet. They are reported in their order when the meter is back.</summary>
/// <remarks>
/// <para>A kept use may have counted before the connection broke. It is reported with the key with which it was sent, and with the time
/// at which it was kept. So the meter counts it, or gives its first answer again (a report whose time the caller said), or says that the
/// key was used for another request: for the consume, or for the report without a time, that this use was before. So it counts once
/// whatever happened.</para>
/// <para>It says the same where a caller gave one key to two different uses, of which only the first counts. Whether it is one of these,
/// or a use that a caller sent again with its key, as it should, nobody can tell: so it is not kept as a rejected one, which a person would
/// count twice, but the log tells. Of a key that was made here there is nothing to tell.</para>
/// </remarks>
internal sealed class OfflineUses : IAsyncDisposable
{
    private const string KeyReused = "idempotency_key_reused";
    private const int BatchUses = 100;
    private const int BatchBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, decimal> _waiting = new(StringComparer.Ordinal);
    private readonly MeteringClient _client;
    private readonly DiskQueue _queue;
    private readonly string _directory;
    private readonly decimal _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly RejectedRecords _rejected;
    private readonly QueueSender _sender;

    /// <summary>Begins at once with what an earlier process left.</summary>
    /// <exception cref="MeteringException">Another process has the directory, or it can't be read or written.</exception>
    public OfflineUses(MeteringClient client, MeteringClientOptions options, string directory, TimeProvider clock, ILogger log)
    {
        (_client, _directory, _limit, _clock, _log) = (client, directory, options.OfflineLimit, clock, log);
        _queue = QueueFaults.Tell(directory, "opened", () => Open(options.MaxQueueBytes));
        _rejected = new RejectedRecords(directory, log);
        var when = new QueueSenderOptions(BatchUses, BatchBytes, MaxDelay: TimeSpan.Zero, Farewell: TimeSpan.Zero);
        _sender = new QueueSender(_queue, when, SendAsync, clock, log, Removed);
    }

    /// <summary>How many uses wait.</summary>
    public long Count => _queue.Count;

    /// <summary>Lets a consume through unseen, as far as the limit goes.</summary>
    /// <param name="key">The key with which it was sent.</param>
    /// <param name="isKeyGiven">Whether the caller gave it.</param>
    /// <param name="body">What was sent.</param>
    /// <returns>The answer; null when nothing may be let through unseen.</returns>
    /// <exception cref="MeteringQueueFullException">The queue is full.</exception>
    /// <exception cref="MeteringException">The queue can't be written.</exception>
    public UsageAnswer? Consume(string key, bool isKeyGiven, UseBody body)
    {
        if (_limit == 0)
        {
            return null;
        }

        lock (_gate)
        {
            var waiting = _waiting.GetValueOrDefault(body.FeatureCode) + body.Amount;
            if (waiting > _limit)
            {
                var detail = $"The meter is away, and without it at most {_limit} of {body.FeatureCode} may be used.";
                return new UsageAnswer
                {
                    Allowed = false,
                    FeatureCode = body.FeatureCode,
                    Offline = true,
                    Refusal = new UsageRefusal(RefusalCodes.OfflineLimitReached, detail, RetryAfter: null),
                };
            }

            return Keep(key, isKeyGiven, body with { AllowPartial = null });
        }
    }

    /// <summary>Keeps a report, which is never refused.</summary>
    /// <param name="key">The key with which it was sent.</param>
    /// <param name="isKeyGiven">Whether the caller gave it.</param>
    /// <param name="body">What was sent.</param>
    /// <exception cref="MeteringQueueFullException">The queue is full.</exception>
    /// <exception cref="MeteringException">The queue can't be written.</exception>
    public UsageAnswer Report(string key, bool isKeyGiven, UseBody body)
    {
        lock (_gate)
        {
            return Keep(key, isKeyGiven, body);
        }
    }

    public Task FlushAsync(CancellationToken stop) => _sender.FlushAsync(stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    private UsageAnswer Keep(string key, bool isKeyGiven, UseBody body)
    {
        var kept = new KeptUse(key, body with { OccurredAt = body.OccurredAt ?? _clock.GetUtcNow() }, isKeyGiven);
        var record = JsonSerializer.SerializeToUtf8Bytes(kept, ClientJson.Default.KeptUse);
        var waiting = QueueFaults.Tell(_directory, "written", () => _queue.Add(record));
        Weigh(body, +1);
        _sender.Added(waiting);
        return new UsageAnswer { Allowed = true, FeatureCode = body.FeatureCode, Amount = body.Amount, Offline = true };
    }

    private DiskQueue Open(long maxBytes)
    {
        var queue = new DiskQueue(_directory, maxBytes);
        try
        {
            CountWhatWaits(queue);
            return queue;
        }
        catch
        {
            // Otherwise the directory would stay in use.
            queue.Dispose();
            throw;
        }
    }

    private void CountWhatWaits(DiskQueue queue)
    {
        QueuePosition? at = null;
        for (var batch = queue.Peek(BatchUses, BatchBytes); batch.Count > 0; batch = queue.Peek(BatchUses, BatchBytes, at))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                if (Read(batch[index]) is { } kept)
                {
                    Weigh(kept.Use, +1);
                }
            }

            at = batch.After(batch.Count);
        }
    }

    // The amount of a reading says nothing of how much was used, but no sign does harm here: the limit is one of caution.
    private void Weigh(UseBody use, int sign)
    {
        var waiting = _waiting.GetValueOrDefault(use.FeatureCode) + (sign * Math.Max(0, use.Amount));
        if (waiting <= 0)
        {
            _waiting.Remove(use.FeatureCode);
        }
        else
        {
            _waiting[use.FeatureCode] = waiting;
        }
    }

    private async Task<int> SendAsync(QueueBatch batch, CancellationToken stop)
    {
        for (var index = 0; index < batch.Count; index++)
        {
            try
            {
                await SendAsync(batch[index], stop).ConfigureAwait(false);
            }
            catch (Exception) when (index > 0)
            {
                // What came before has arrived, whatever stops this one. The next batch begins with it, and meets the same.
                return index;
            }
        }

        return batch.Count;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken stop)
    {
        if (Read(record) is not { } kept)
        {
            Reject(record, "it can't be read");
            return;
        }

        try
        {
            var answer = await _client.ReportAsync(kept.IdempotencyKey, kept.Use, stop).ConfigureAwait(false);
            if (answer.Refusal is { } refusal)
            {
                Reject(record, refusal.Detail);
            }
        }
        catch (MeteringProblemException problem) when (problem.Code == KeyReused)
        {
            if (kept.IsKeyGiven)
            {
                ClientLog.KeyReused(_log, kept.Use.Amount, kept.Use.FeatureCode, kept.IdempotencyKey);
            }
        }
        catch (MeteringProblemException problem) when (Verdict.IsOfRecord(problem))
        {
            Reject(record, problem.Message);
        }
    }

    // Only here, so that what weighs is what lies in the queue: not more, and not less after a try that failed.
    private void Removed(QueueBatch batch, int count)
    {
        lock (_gate)
        {
            for (var index = 0; index < count; index++)
            {
                if (Read(batch[index]) is { } kept)
                {
                    Weigh(kept.Use, -1);
                }
            }
        }
    }

    private void Reject(ReadOnlyMemory<byte> record, string why)
    {
        ClientMetrics.Rejected();
        _rejected.Keep(record, why);
    }

    private static KeptUse? Read(ReadOnlyMemory<byte> record)
    {
        try
        {
            // A line of a damaged disk may be JSON all the same.
            return JsonSerializer.Deserialize(record.Span, ClientJson.Default.KeptUse) is
                { IdempotencyKey: not null, Use.FeatureCode: not null } kept ? kept : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
