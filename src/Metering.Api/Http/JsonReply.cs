using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Writes JSON answers, with their length, through a buffer that a thread keeps.</summary>
internal sealed class JsonReply
{
    public const string JsonType = "application/json";
    public const string ProblemType = "application/problem+json";
    public const string JsonApiType = "application/vnd.api+json";

    private const int MaxKeptBytes = 256 * 1024;
    private const int MaxBytesWithoutFlush = 16 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Answers are JSON by their media type, and never a part of a page; so letters need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // For a thread and not for a request: whoever begins a reply sends it without waiting in between.
    [ThreadStatic]
    private static JsonReply? s_kept;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    private JsonReply() => Json = new Utf8JsonWriter(_buffer, WriterOptions);

    /// <summary>Where the answer is written.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>A reply to write and then to send, on the same thread.</summary>
    public static JsonReply Begin()
    {
        var reply = s_kept ?? new JsonReply();
        // Not there while it is in use, so an answer that is begun within another gets a buffer of its own.
        s_kept = null;
        reply._buffer.ResetWrittenCount();
        reply.Json.Reset(reply._buffer);
        return reply;
    }

    /// <summary>Sends a value.</summary>
    public static Task SendAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type, string mediaType = JsonType)
    {
        var reply = Begin();
        JsonSerializer.Serialize(reply.Json, value, type);
        return reply.SendAsync(http, status, mediaType);
    }

    /// <summary>Sends what was written.</summary>
    public Task SendAsync(HttpContext http, int status, string mediaType = JsonType)
    {
        Json.Flush();
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = _buffer.WrittenCount;
        response.BodyWriter.Write(_buffer.WrittenSpan);
        // A small answer leaves with the headers when the request ends. A large one waits for the receiver here, so that slow ones don't
        // pile up memory.
        var large = _buffer.WrittenCount > MaxBytesWithoutFlush;
        // The writer has its own copy. A buffer that one long list has made large is not kept on its thread for ever.
        if (_buffer.Capacity <= MaxKeptBytes)
        {
            s_kept = this;
        }

        return large ? response.BodyWriter.FlushAsync(http.RequestAborted).AsTask() : Task.CompletedTask;
    }
}
