using System.Collections.Immutable;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Takes usage events in, in every form of the contract.</summary>
internal sealed class EventHandlers(
    IEventIntake intake, EventBatches batches, RequestBodies bodies, IOptions<ApiOptions> options, TenantGate gate, RecentEvents recent)
{
    internal const string NdjsonType = "application/x-ndjson";
    internal const string CloudEventType = "application/cloudevents+json";
    internal const string CloudEventBatchType = "application/cloudevents-batch+json";
    private const string Expected = $"application/json, {NdjsonType}, {CloudEventType} or {CloudEventBatchType}";

    public Task PostAsync(ApiCall call)
    {
        var request = call.Http.Request;
        var contentType = request.ContentType;
        // The media type decides before the headers do, as the HTTP binding has it: an event of CloudEvents' own media types is not in the
        // binary form, even where something on the way has set ce- headers.
        if (JsonBody.IsJson(contentType, CloudEventBatchType))
        {
            return ArrayAsync(call, static (json, index) => CloudEventReader.Read(json.Span, index));
        }

        if (JsonBody.IsJson(contentType, CloudEventType))
        {
            return SingleAsync(call, static (_, json) => CloudEventReader.Read(json, 0));
        }

        if (CloudEventReader.IsBinary(request) && (contentType is null || JsonBody.IsJson(contentType)))
        {
            // An event's data is optional, and without a body a client need not send a media type.
            return SingleAsync(call, CloudEventReader.ReadBinary, mayBeEmpty: true);
        }

        if (JsonBody.IsJson(contentType, NdjsonType))
        {
            return LinesAsync(call);
        }

        return JsonBody.IsJson(contentType) ? PlainAsync(call) : throw JsonBody.Unsupported(contentType, Expected);
    }

    /// <summary>Sends one event on its way; a bad one is the request's own problem.</summary>
    /// <param name="intake">Where to.</param>
    /// <param name="read">The event.</param>
    /// <param name="recent">Where it is noted, if it can't be counted.</param>
    /// <param name="otherwise">What it comes to then.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<EventsAnswer> TakeOneAsync(
        IEventIntake intake, ReadEvent read, RecentEvents recent, RecentOutcome otherwise, CancellationToken cancellationToken)
    {
        if (read.Event is null)
        {
            recent.Add(RecentEvent.Of(null, RecentSource.Events, otherwise, read.Problem!.Code));
            throw new ProblemException(read.Problem! with { Status = StatusCodes.Status400BadRequest });
        }

        var result = await intake.TakeAsync([read.Event], cancellationToken).ConfigureAwait(false);
        if (result.Rejected.Count > 0)
        {
            recent.Add(RecentEvent.Of(read.Event, RecentSource.Events, otherwise, result.Rejected[0].Code));
            throw new ProblemException(ToProblem(result.Rejected[0]));
        }

        return new EventsAnswer
        {
            Accepted = result.Accepted,
            Duplicates = result.Duplicates,
            EventId = read.Event.EventId,
            EventIds = read.MadeId ? [new MadeEventId(0, read.Event.EventId)] : [],
        };
    }

    private static Task SendAsync(ApiCall call, EventsAnswer answer) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, answer, ApiJson.Default.EventsAnswer);

    private static Problem ToProblem(RejectedEvent rejected)
    {
        if (rejected.Code == IntakeResult.Busy)
        {
            // With the id that was made for it: the event may have counted after all, and sent again with the id it counts once.
            return Answers.Busy with { EventId = rejected.Event.EventId };
        }

        return new Problem(rejected.Code, rejected.Detail)
        {
            // 400 whatever the code's own status is: a 403 or 404 would be of the caller or of the path, and these are in order.
            Status = rejected.Code == ProblemCode.InternalError
                ? StatusCodes.Status500InternalServerError
                : StatusCodes.Status400BadRequest,
            EventId = rejected.Event.EventId,
            Errors = rejected.Code == RefusalCode.InvalidRequest
                ? [new FieldError(rejected.Pointer ?? "", rejected.Detail)]
                : ImmutableArray<FieldError>.Empty,
        };
    }

    private delegate ReadEvent ReadOne(HttpRequest request, ReadOnlySpan<byte> json);

    private async Task SingleAsync(ApiCall call, ReadOne read, bool mayBeEmpty = false)
    {
        using var body = await bodies.ReadAsync(call, options.Value.MaxBodyBytes).ConfigureAwait(false);
        if (body.Bytes.IsEmpty && !mayBeEmpty)
        {
            throw Empty();
        }

        await TakeOneAsync(call, read(call.Http.Request, body.ToMemory().Span)).ConfigureAwait(false);
    }

    private async Task ArrayAsync(ApiCall call, Func<ReadOnlyMemory<byte>, int, ReadEvent> read)
    {
        using var body = await bodies.ReadAsync(call, options.Value.MaxBatchBytes).ConfigureAwait(false);
        await ArrayAsync(call, body.ToMemory(), read).ConfigureAwait(false);
    }

    private async Task ArrayAsync(ApiCall call, ReadOnlyMemory<byte> json, Func<ReadOnlyMemory<byte>, int, ReadEvent> read)
    {
        if (json.IsEmpty)
        {
            throw Empty();
        }

        if (!Utf8.IsValid(json.Span))
        {
            throw new ProblemException(JsonBody.NotUtf8);
        }

        if (EventArray.Split(json, options.Value.MaxEvents, out var events) is { } problem)
        {
            throw new ProblemException(problem);
        }

        var batch = NewBatch(call);
        for (var index = 0; index < events.Count; index++)
        {
            await batch.AddAsync(read(events[index], index)).ConfigureAwait(false);
        }

        await SendAsync(call, await batch.FinishAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task PlainAsync(ApiCall call)
    {
        // Whether it is one event or an array shows only in the body, so it is read with the limit of an array.
        using var body = await bodies.ReadAsync(call, options.Value.MaxBatchBytes).ConfigureAwait(false);
        var json = body.ToMemory();
        if (json.IsEmpty)
        {
            throw Empty();
        }

        if (EventArray.IsArray(json.Span))
        {
            await ArrayAsync(call, json, static (one, index) => EventReader.Read(one.Span, index)).ConfigureAwait(false);
            return;
        }

        if (json.Length > options.Value.MaxBodyBytes)
        {
            throw RequestBodies.TooLarge(options.Value.MaxBodyBytes, $"or be an array of at most {options.Value.MaxBatchBytes} bytes");
        }

        await TakeOneAsync(call, EventReader.Read(json.Span, 0)).ConfigureAwait(false);
    }

    private async Task TakeOneAsync(ApiCall call, ReadEvent read)
    {
        if (read.Event is { } usage && TenantOf(call) is { } tenant)
        {
            if (await tenant.WhyNotAsync(usage, call.Aborted).ConfigureAwait(false) is { } refused)
            {
                recent.Add(tenant.Noted(refused.Event, refused.Code));
                throw new ProblemException(refused.Code == ProblemCode.Forbidden
                    ? new Problem(refused.Code, refused.Detail)
                    : ToProblem(refused));
            }

            read = read with { Event = tenant.WithTenant(usage) };
        }

        await SendAsync(call, await TakeOneAsync(intake, read, recent, RecentOutcome.Rejected, call.Aborted).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private async Task LinesAsync(ApiCall call) =>
        await SendAsync(call, await new EventLines(call, NewBatch(call), bodies, options.Value).TakeAsync().ConfigureAwait(false))
            .ConfigureAwait(false);

    private EventBatch NewBatch(ApiCall call) => batches.Begin(TenantOf(call));

    private TenantEvents? TenantOf(ApiCall call) => call.Caller.TenantId is { } tenantId ? new TenantEvents(gate, tenantId) : null;

    private static ProblemException Empty() => new(new Problem(ProblemCode.MalformedJson, "The body is empty; it must be JSON."));
}
