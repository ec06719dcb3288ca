using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using Metering.Client.Admin;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client;

/// <summary>
/// The meter, for producers of usage events. An event that was added is on the disk, and is sent in order, in batches, until the meter
/// has it:
/// through crashes of this process and an absent meter. Safe for many threads; make one for each directory and keep it.
/// </summary>
public sealed class MeteringEvents : IAsyncDisposable
{
    private const string Path = "api/v1/events";
    private const string BodyTooLarge = "body_too_large";
    private const int BatchBytes = 4 * 1024 * 1024;

    // Longer than any event that the meter takes: its metadata may have 4 KiB.
    private const int MaxEventBytes = 64 * 1024;

    private readonly MeteringEventsOptions _options;
    private readonly MeterHttp _http;
    private readonly DiskQueue _queue;
    private readonly QueueSender _sender;
    private readonly RejectedRecords _rejected;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private int _most;

    /// <summary>A producer with a connection pool of its own. It goes on with what an earlier one left in the directory.</summary>
    /// <param name="options">Where the meter is, and how to gather.</param>
    /// <param name="log">Where to tell what happens unseen: a meter that is away, events that it does not count.</param>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    /// <exception cref="MeteringException">The directory is in use by another process, or can't be read or written.</exception>
    public MeteringEvents(MeteringEventsOptions options, ILogger<MeteringEvents>? log = null)
        : this(options, NewHttp(options), TimeProvider.System, log)
    {
    }

    internal MeteringEvents(MeteringEventsOptions options, HttpClient http, TimeProvider clock, ILogger? log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Copy();
        options.Check();
        (_options, _clock, _log, _most) = (options, clock, log ?? NullLogger<MeteringEvents>.Instance, options.MaxBatch);
        _http = new MeterHttp(http, options.Address!, new AuthenticationHeaderValue("Bearer", options.Token));
        var directory = options.QueueDirectory!;
        _queue = QueueFaults.Tell(directory, "opened", () => new DiskQueue(directory, options.MaxQueueBytes));
        _rejected = new RejectedRecords(directory, _log);
        var when = new QueueSenderOptions(options.MaxBatch, BatchBytes, options.MaxDelay, options.ShutdownTimeout);
        _sender = new QueueSender(_queue, when, SendAsync, clock, _log);
    }

    /// <summary>How many events wait.</summary>
    public long WaitingEvents => _queue.Count;

    /// <summary>Adds an event. When this returns, the event survives the end of this process.</summary>
    /// <param name="usage">The event; id and time are made here where they are missing, so they are the same however often it is
    /// sent.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="ArgumentException">Neither a customer nor a license is named, or it has more than 64 KiB.</exception>
    /// <exception cref="MeteringQueueFullException">The queue is full: the meter has been away for long.</exception>
    /// <exception cref="MeteringException">The disk did not take it.</exception>
    public string Add(UsageEvent usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        if (usage.TenantId is null && usage.LicenseId is null)
        {
            throw new ArgumentException("An event needs a tenant_id or a license_id.", nameof(usage));
        }

        var whole = usage with { EventId = usage.EventId ?? Keys.New(), OccurredAt = usage.OccurredAt ?? _clock.GetUtcNow() };
        var line = JsonSerializer.SerializeToUtf8Bytes(whole, ClientJson.Default.UsageEvent);
        if (line.Length > MaxEventBytes)
        {
            throw new ArgumentException(
                $"An event may have at most {MaxEventBytes} bytes of JSON, and this one has {line.Length}.", nameof(usage));
        }

        _sender.Added(QueueFaults.Tell(_options.QueueDirectory!, "written", () => _queue.Add(line)));
        return whole.EventId;
    }

    /// <summary>Sends what waits now, without waiting for more, and returns when the meter has it.</summary>
    /// <param name="cancellationToken">Ends the wait, which else goes on as long as the meter is away; what is left stays in the
    /// queue.</param>
    /// <exception cref="MeteringException">This was disposed before the meter had it; what is left stays in the queue.</exception>
    /// <exception cref="ObjectDisposedException">This had been disposed before.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _sender.FlushAsync(cancellationToken);

    /// <summary>Sends what waits, for as long as the options say, and ends. What is left stays on the disk.</summary>
    /// <exception cref="MeteringException">The queue can't be written to the disk; it has ended all the same.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _sender.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _http.Dispose();
        }
    }

    private async Task<int> SendAsync(QueueBatch batch, CancellationToken stop)
    {
        var count = Math.Min(batch.Count, _most);
        using var answer = await _http.SendAsync(HttpMethod.Post, Path, Content(batch.Lines[..batch.Ends[count - 1]]), key: null, stop)
            .ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            return await RefusedAsync(answer, batch, count, stop).ConfigureAwait(false);
        }

        var told = await MeterHttp.ReadAsync(answer, AdminJson.Default.SentEvents, stop).ConfigureAwait(false);
        _most = _options.MaxBatch;
        return Taken(told, batch, count);
    }

    // The meter refused the request whole. One record may be the reason, so halves of it are tried until one is left.
    private async Task<int> RefusedAsync(HttpResponseMessage answer, QueueBatch batch, int count, CancellationToken stop)
    {
        var failure = (await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false)).ToException();
        if (failure is not MeteringProblemException problem || !Verdict.IsOfRecord(problem))
        {
            throw failure;
        }

        if (count > 1)
        {
            _most = count / 2;
            return 0;
        }

        ClientMetrics.Rejected();
        _rejected.Keep(batch[0], problem.Message);
        _most = _options.MaxBatch;
        return 1;
    }

    private int Taken(SentEvents told, QueueBatch batch, int count)
    {
        var places = told.Rejected.Where(place => place.Index != told.StoppedAt);
        if (told.StoppedAt == 0 || places.Any(place => place.IsToBeSentAgain))
        {
            // Some may have counted. All of it goes again, and those count as duplicates.
            throw new MeteringUnavailableException("The meter was too busy for a part of the batch.");
        }

        foreach (var place in places)
        {
            Tell(place, batch);
        }

        if (told is { StoppedAt: { } stop, Rejected: [.., { Code: BodyTooLarge }] })
        {
            _most = stop;
        }

        return told.StoppedAt ?? count;
    }

    private void Tell(UncountedEvent place, QueueBatch batch)
    {
        ClientMetrics.Rejected();
        ClientLog.EventRejected(_log, place.EventId, place.Code, place.Detail);
        if (place.EventId is null || place.DeadLetterId is null)
        {
            // Either the meter could not read the line, so its dead letter lacks what the line says; or there is no letter, because a token
            // of one tenant may not send the event, or sent it unreadable, or because letters can't be stored.
            _rejected.Keep(batch[place.Index], place.Detail);
        }

        try
        {
            _options.OnRejected?.Invoke(new RejectedEvent(place.EventId, place.Code, place.Detail));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The caller's fault must not hold up the events after this one.
            ClientLog.CallbackFailed(_log, failure);
        }
    }

    private ByteArrayContent Content(ReadOnlyMemory<byte> lines)
    {
        var content = new ByteArrayContent(_options.Compress ? Gzip(lines) : lines.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (_options.Compress)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return content;
    }

    private static byte[] Gzip(ReadOnlyMemory<byte> lines)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Span);
        }

        return compressed.ToArray();
    }

    // No retries here: the queue's sender tries again for as long as it takes, and says so in the log.
    private static HttpClient NewHttp(MeteringEventsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return MeterHttp.NewHttp(options.AttemptTimeout, maxRetries: 0);
    }
}
