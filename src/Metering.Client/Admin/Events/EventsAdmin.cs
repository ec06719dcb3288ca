using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>What comes in: a live tail of it, and events that are sent at once, without a queue. Producers use <see cref="MeteringEvents"/>.</summary>
public sealed class EventsAdmin
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(2);

    private readonly MeterHttp _http;
    private readonly AdminHttp _ways;
    private readonly TimeProvider _clock;

    internal EventsAdmin(MeterHttp http, AdminHttp ways, TimeProvider clock) => (_http, _ways, _clock) = (http, ways, clock);

    /// <summary>What came last to the instance that answers, counted or not.</summary>
    /// <param name="after">Only what came after the answer with this <see cref="RecentEvents.NextCursor"/>; null: what is known.</param>
    /// <param name="limit">Most items, 1 to 1,000; the meter's choice where it is null.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<RecentEvents> GetRecentAsync(string? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _ways.GetAsync(
            AdminPath.Of("events", "recent").With("after", after).With("limit", limit), AdminJson.Default.RecentEvents, cancellationToken);

    /// <summary>What comes from now on, until it is stopped. An item for each look, also where nothing came.</summary>
    /// <param name="interval">How often the meter is asked; every 2 seconds where it is null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<RecentEvents> FollowAsync(
        TimeSpan? interval = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (string? cursor = null; ;)
        {
            var part = await GetRecentAsync(cursor, cancellationToken: cancellationToken).ConfigureAwait(false);
            yield return part;
            cursor = part.NextCursor;
            await Task.Delay(interval ?? UsualInterval, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a batch and says what became of it.</summary>
    /// <param name="events">
    /// At most 16 MiB of JSON. Each has an id of its own, by which it counts once however often it is sent. One without is given one here,
    /// which holds for the tries of this call only: sent by another call, it counts again.
    /// </param>
    /// <param name="cancellationToken">Stops the wait; what was sent may have been counted.</param>
    /// <exception cref="MeteringProblemException">The meter took none of it.</exception>
    /// <exception cref="MeteringUnavailableException">
    /// The meter could not be reached, but may have counted the events. Send only those again that have an id of their own.
    /// </exception>
    public async Task<SentEvents> SendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        using var lines = new MemoryStream();
        foreach (var one in events)
        {
            // An event without a time gets none here: another call would give it another time, for which the meter might look at another
            // license of the tenant. For one without a time, the meter asks all of them whether they have counted it.
            var known = one.EventId is null ? one with { EventId = Keys.New() } : one;
            JsonSerializer.Serialize(lines, known, ClientJson.Default.UsageEvent);
            lines.WriteByte((byte)'\n');
        }

        using var content = new ByteArrayContent(lines.GetBuffer(), 0, (int)lines.Length);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var answer = await _http
            .SendAsync(HttpMethod.Post, AdminPath.Of("events").Text, content, key: null, cancellationToken).ConfigureAwait(false);
        await MeterHttp.ThrowIfProblemAsync(answer, cancellationToken).ConfigureAwait(false);
        return await MeterHttp.ReadAsync(answer, AdminJson.Default.SentEvents, cancellationToken).ConfigureAwait(false);
    }
}
