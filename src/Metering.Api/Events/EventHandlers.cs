using System.Buffers;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Takes usage events in, in every form of the contract.</summary>
internal static class EventHandlers
{
    private const string NdjsonType = "application/x-ndjson";
    private const string CloudEventType = "application/cloudevents+json";
    private const string CloudEventBatchType = "application/cloudevents-batch+json";
    private const string Expected = $"application/json, {NdjsonType}, {CloudEventType} or {CloudEventBatchType}";

    public static Task PostAsync(ApiCall call)
    {
        var request = call.Http.Request;
        var contentType = request.ContentType;
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
            return SingleAsync(call, CloudEventReader.ReadBinary, mayBeEmpty: true);
        }

        if (JsonBody.IsJson(contentType, NdjsonType))
        {
            return LinesAsync(call);
        }

        return JsonBody.IsJson(contentType) ? PlainAsync(call) : throw JsonBody.Unsupported(contentType, Expected);
    }

    /// <summary>Sends one event on its way; a bad one is the request's own problem.</summary>
    public static async ValueTask<EventsAnswer> TakeOneAsync(ApiCall call, ReadEvent read)
    {
        if (read.Event is null)
        {
            throw new ProblemException(read.Problem! with { Status = StatusCodes.Status400BadRequest });
        }

        var result = await call.Ports.Events.TakeAsync([read.Event], call.Aborted).ConfigureAwait(false);
        if (result.Rejected.Count > 0)
        {
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

    public static Task SendAsync(ApiCall call, EventsAnswer answer) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, answer, ApiJson.Default.EventsAnswer);

    private static Problem ToProblem(RejectedEvent rejected)
    {
        if (rejected.Code == IntakeResult.Busy)
        {
            return Answers.Busy with { EventId = rejected.Event.EventId };
        }

        return new Problem(rejected.Code, rejected.Detail)
        {
            Status = StatusCodes.Status400BadRequest,
            EventId = rejected.Event.EventId,
            Errors = rejected.Code == RefusalCode.InvalidRequest ? [new FieldError(rejected.Pointer ?? "", rejected.Detail)] : ImmutableArray<FieldError>.Empty,
        };
    }

    private delegate ReadEvent ReadOne(HttpRequest request, ReadOnlySpan<byte> json);

    private static async Task SingleAsync(ApiCall call, ReadOne read, bool mayBeEmpty = false)
    {
        var json = await BodyAsync(call, call.Ports.Options.MaxBodyBytes, mayBeEmpty).ConfigureAwait(false);
        await SendAsync(call, await TakeOneAsync(call, read(call.Http.Request, json)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task ArrayAsync(ApiCall call, Func<ReadOnlyMemory<byte>, int, ReadEvent> read)
    {
        var json = await BodyAsync(call, call.Ports.Options.MaxBatchBytes).ConfigureAwait(false);
        await ArrayAsync(call, json, read).ConfigureAwait(false);
    }

    private static async Task ArrayAsync(ApiCall call, byte[] json, Func<ReadOnlyMemory<byte>, int, ReadEvent> read)
    {
        var batch = new EventBatch(call);
        foreach (var one in EventReader.ReadArray(json, read))
        {
            await batch.AddAsync(one).ConfigureAwait(false);
        }

        await SendAsync(call, await batch.FinishAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task PlainAsync(ApiCall call)
    {
        var json = await BodyAsync(call, call.Ports.Options.MaxBatchBytes).ConfigureAwait(false);
        if (json.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
        {
            await ArrayAsync(call, json, static (one, index) => EventReader.Read(one.Span, index)).ConfigureAwait(false);
            return;
        }

        if (json.Length > call.Ports.Options.MaxBodyBytes)
        {
            throw JsonBody.TooLarge(call.Ports.Options.MaxBodyBytes);
        }

        await SendAsync(call, await TakeOneAsync(call, EventReader.Read(json, 0)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async ValueTask<byte[]> BodyAsync(ApiCall call, int most, bool mayBeEmpty = false)
    {
        var body = await JsonBody.ReadAllAsync(call, most).ConfigureAwait(false);
        var json = body.ToArray();
        call.Http.Request.BodyReader.AdvanceTo(body.End);
        return json.Length > 0 || mayBeEmpty
            ? json
            : throw new ProblemException(new Problem(ProblemCode.MalformedJson, "The body is empty; it must be JSON."));
    }

    /// <summary>Reads line by line, so that a long stream is counted as it comes. A stream that is cut off has counted what came whole.</summary>
    private static async Task LinesAsync(ApiCall call)
    {
        var most = call.Ports.Options.MaxBatchBytes;
        if (call.Http.Request.ContentLength > most)
        {
            throw JsonBody.TooLarge(most);
        }

        var reader = call.Http.Request.BodyReader;
        var batch = new EventBatch(call);
        var (index, bytes) = (0, 0L);
        while (true)
        {
            var result = await reader.ReadAsync(call.Aborted).ConfigureAwait(false);
            var rest = result.Buffer;
            while (NextLine(ref rest, result.IsCompleted) is { } line)
            {
                bytes += line.Length + 1;
                if (line.AsSpan().Trim(" \t\r"u8).Length > 0)
                {
                    await batch.AddAsync(EventReader.Read(line, index++)).ConfigureAwait(false);
                }
            }

            if (rest.Length > call.Ports.Options.MaxBodyBytes || bytes + rest.Length > most)
            {
                reader.AdvanceTo(result.Buffer.End);
                throw JsonBody.TooLarge(rest.Length > call.Ports.Options.MaxBodyBytes ? call.Ports.Options.MaxBodyBytes : most);
            }

            reader.AdvanceTo(rest.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await SendAsync(call, await batch.FinishAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static byte[]? NextLine(ref ReadOnlySequence<byte> rest, bool isCompleted)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end).ToArray();
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!isCompleted || rest.IsEmpty)
        {
            return null;
        }

        var last = rest.ToArray();
        rest = rest.Slice(rest.End);
        return last;
    }
}
