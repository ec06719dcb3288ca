using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Events that could not be counted (rule 10).</summary>
/// <remarks>
/// They are counted at once, also where events go through a stream. A stream accepts every event: the letter would go although its event
/// still can't be counted, and come back under another id behind the place where the caller goes on.
/// </remarks>
internal sealed class DeadLetterHandlers(
    IDeadLetters deadLetters, EventIntake intake, RememberedCalls calls, JsonBodies bodies, RecentEvents recent)
{
    // Most bytes of all details of an answer. They may name what a sender wrote, and the whole answer is remembered with its key.
    private const int MaxDetails = 256 * 1024;
    private const string NoRoom = "The reason is left out because the answer would be too long. Retry this letter alone to see it.";

    private const int MaxConcurrentRemovals = 16;

    private static readonly Problem NotAsItCame = new(
        ProblemCode.MalformedJson,
        "The letter does not hold the event as it came: it was too long, or not UTF-8. Retry this letter alone, with the event in the body.");

    public async Task ListAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var kind = new DeadLetterKind(call.Query("code"), call.Query("tenant_id") ?? call.Caller.TenantId, call.Query("metric"));
        if (call.Caller.TenantId is { } own && own != kind.TenantId)
        {
            // As of a tenant that has none.
            await Paging.SendAsync(call, [], null, ApiJson.Default.DeadLetter).ConfigureAwait(false);
            return;
        }

        var page = await Paging.ReadAsync(cursor => deadLetters.ListAsync(kind, cursor, limit, call.Aborted), call.Query("cursor"))
            .ConfigureAwait(false);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.DeadLetter).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var letter = await OfPathAsync(call).ConfigureAwait(false);
        await deadLetters.RemoveAsync(letter.Id, call.Aborted).ConfigureAwait(false);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// Tries to count a dead letter's event again, or the one that is given in its place. Where it can't be, the letter stays.
    /// </summary>
    public async Task RetryAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.RetryRequest, new RetryRequest()).ConfigureAwait(false);
        var remembered = calls.Of(call, body, call.Path("id"));
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var letter = await OfPathAsync(call).ConfigureAwait(false);
        var read = Read(letter, body.Value.Event, 0);

        // Counted first, removed then. After a crash in between the retry is a duplicate (rule 8); the other way round the event would be
        // lost (rule 10).
        var answer = await EventHandlers.TakeOneAsync(intake, read, recent, RecentOutcome.DeadLetter, call.Aborted)
            .ConfigureAwait(false);
        await deadLetters.RemoveAsync(letter.Id, CancellationToken.None).ConfigureAwait(false);
        await RememberedCall.SendAsync(call, remembered, StatusCodes.Status202Accepted, answer, ApiJson.Default.EventsAnswer)
            .ConfigureAwait(false);
    }

    /// <summary>Tries to count the events of a part of the letters of a kind, oldest first.</summary>
    public async Task RetryAllAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.RetryLettersRequest, new RetryLettersRequest()).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var request = body.Value;
        var limit = request.Limit ?? Paging.DefaultLimit;
        if (limit is < 1 or > Page<int>.MaxSize)
        {
            throw new ProblemException(Problem.Field("/limit", $"must be a whole number from 1 to {Page<int>.MaxSize}"));
        }

        var kind = new DeadLetterKind(request.Code, request.TenantId, request.Metric);
        var page = await Paging.ReadAsync(cursor => deadLetters.ListAsync(kind, cursor, limit, call.Aborted), request.Cursor)
            .ConfigureAwait(false);
        var read = page.Items.Select((letter, index) => Read(letter, null, index)).ToList();
        var refused = new SortedDictionary<int, (string Code, string Detail)>();
        foreach (var broken in read.Where(one => one.Event is null))
        {
            refused.Add(broken.Index, (broken.Problem!.Code, broken.WhatIsWrong));
        }

        // Not stopped when the caller goes: what is counted must be gone from the list, or the next retry has a duplicate to tell.
        UsageEvent[] events = [.. read.Select(one => one.Event).OfType<UsageEvent>()];
        var result = events.Length == 0
            ? new IntakeResult(0, 0, [])
            : await intake.TakeAsync(events, CancellationToken.None).ConfigureAwait(false);
        foreach (var rejected in result.Rejected)
        {
            recent.Add(RecentEvent.Of(rejected.Event, RecentSource.Events, RecentOutcome.DeadLetter, rejected.Code));
            refused.Add(rejected.Event.Index, (rejected.Code, rejected.Detail));
        }

        foreach (var part in page.Items.Where((_, index) => !refused.ContainsKey(index)).Chunk(MaxConcurrentRemovals))
        {
            await Task.WhenAll(part.Select(letter => deadLetters.RemoveAsync(letter.Id, CancellationToken.None).AsTask()))
                .ConfigureAwait(false);
        }

        var answer = new RetryLettersAnswer(
            result.Accepted,
            result.Duplicates,
            Name(refused.Select(one => new RefusedLetter(page.Items[one.Key].Id, one.Value.Code, one.Value.Detail))),
            page.NextCursor);
        await RememberedCall.SendAsync(call, remembered, StatusCodes.Status200OK, answer, ApiJson.Default.RetryLettersAnswer)
            .ConfigureAwait(false);
    }

    private static List<RefusedLetter> Name(IEnumerable<RefusedLetter> refused)
    {
        var room = MaxDetails;
        var named = new List<RefusedLetter>();
        foreach (var letter in refused)
        {
            var size = JsonEncodedText.Encode(letter.Detail).EncodedUtf8Bytes.Length;
            named.Add(size <= room ? letter : letter with { Detail = NoRoom });
            room -= size <= room ? size : 0;
        }

        return named;
    }

    private async ValueTask<DeadLetter> OfPathAsync(ApiCall call) =>
        await deadLetters.FindAsync(call.Path("id"), call.Aborted).ConfigureAwait(false)
        ?? throw new ProblemException(new Problem(ProblemCode.DeadLetterNotFound, "There is no such dead letter."));

    private static ReadEvent Read(DeadLetter letter, EventDocument? instead, int index)
    {
        var payload = Encoding.UTF8.GetBytes(letter.Payload);
        var read = instead is not null ? EventReader.Check(instead, index, [])
            : letter.Payload.EndsWith(EventLetter.NotAsItCame, StringComparison.Ordinal)
                ? EventReader.Unreadable(NotAsItCame, index, payload)
            : CloudEventReader.IsStructured(payload) ? CloudEventReader.Read(payload, index)
            : EventReader.Read(payload, index);
        if (read.MadeId)
        {
            // The letter's own id, so that a retry that is repeated counts once.
            read = read with { Event = read.Event! with { EventId = letter.Id } };
        }

        // An event that says no time happened when it came, as far as its license is concerned.
        return read.Event is { } usage ? read with { Event = usage with { ReceivedAt = letter.ReceivedAt } } : read;
    }
}
