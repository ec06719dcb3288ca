using System.Text.Json;

namespace Metering.Api;

/// <summary>
/// Makes the dead letters of events that can't be counted (rule 10): the event in the plain form, or as it came where it could not be read.
/// </summary>
public static class EventLetter
{
    /// <summary>Most characters of an event that a letter holds.</summary>
    public const int MaxPayload = 64 * 1024;

    /// <summary>
    /// The end of a payload that is not the event as it came: it was too long, or not UTF-8. With it the payload is no JSON, so a retry
    /// can't read another event out of what was kept.
    /// </summary>
    public const string NotAsItCame = "… (not the event as it came: it was too long, or not UTF-8)";

    // Within this time, an event that fails again keeps its letter. A longer one would list letters further from the order of time.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The letter of an event that was read. A batch that is sent again, because the host was too busy for a part of it, brings the same
    /// events: they have the same letters if they come within ten minutes.
    /// </summary>
    /// <param name="rejected">The event, and why it can't be counted.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="id">The letter's id; null: one that the event, the reason and the time give.</param>
    public static DeadLetter Of(RejectedEvent rejected, DateTimeOffset now, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        var payload = Payload(rejected.Event);
        var begun = now.ToUnixTimeMilliseconds() / (long)Window.TotalMilliseconds * (long)Window.TotalMilliseconds;
        return Of(rejected.Code, rejected.Detail, payload, now, id ?? IdOf(begun, $"{rejected.Code}\n{payload}")) with
        {
            TenantId = rejected.Event.TenantId,
            Metric = rejected.Event.Metric,
        };
    }

    /// <summary>The letter of an event that could not be read.</summary>
    public static DeadLetter Unreadable(ReadEvent read, DateTimeOffset now, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Of(read.Problem!.Code, read.WhatIsWrong, read.Raw ?? "", now, id);
    }

    /// <summary>The letter of something that met a fault of ours before it was known what it says.</summary>
    public static DeadLetter Failed(string payload, DateTimeOffset now, string? id = null) =>
        Of(ProblemCode.InternalError, EventOutcome.FailedDetail, payload, now, id);

    /// <summary>
    /// The id of an event's letter. It rises with time, and is the same however often the event is delivered: the list has it once.
    /// </summary>
    /// <param name="sentAt">When the event was sent, or a time close before, in Unix milliseconds.</param>
    /// <param name="name">What tells the event from every other one.</param>
    public static string IdOf(long sentAt, string name) => $"dl_{sentAt:x12}{TextHash.Of(name)[..20]}";

    /// <summary>A lower bound for the ids of letters from this time or later.</summary>
    public static string LeastId(DateTimeOffset time) => $"dl_{Math.Max(0, time.ToUnixTimeMilliseconds()):x12}";

    /// <summary>An event in the plain form, as it is sent to a stream and kept in a letter.</summary>
    public static string Payload(UsageEvent usage) => JsonSerializer.Serialize(EventDocument.Of(usage), ApiJson.Default.EventDocument);

    private static DeadLetter Of(string code, string detail, string payload, DateTimeOffset now, string? id) =>
        // Ids of both kinds begin with 48 bits of time, as a UUID of version 7 does; so letters of requests and of streams are one list in
        // the order of time.
        new(id ?? NewId.DeadLetter(now), now, code, detail, Cut(payload));

    // Not in the middle of a pair of surrogates: half of one is no text.
    private static string Cut(string payload) => payload.Length <= MaxPayload
        ? payload
        : payload[..(char.IsHighSurrogate(payload[MaxPayload - 1]) ? MaxPayload - 1 : MaxPayload)] + NotAsItCame;
}
