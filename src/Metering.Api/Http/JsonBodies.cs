using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Reads the JSON bodies of requests, with the <c>Idempotency-Key</c> that they came with.</summary>
internal sealed class JsonBodies(RequestBodies bodies, IOptions<ApiOptions> options)
{
    private readonly int _maxBytes = options.Value.MaxBodyBytes;

    /// <summary>Reads a body that must be there.</summary>
    /// <exception cref="ProblemException">
    /// The body is missing, too large, no JSON, or does not have the form of <typeparamref name="T"/>.
    /// </exception>
    public ValueTask<JsonBody<T>> ReadAsync<T>(ApiCall call, JsonTypeInfo<T> type)
        where T : class =>
        ReadAsync(call, type, absent: null);

    /// <summary>Reads a body that may be absent, and then stands for <paramref name="absent"/>.</summary>
    public ValueTask<JsonBody<T>> ReadAsync<T>(ApiCall call, JsonTypeInfo<T> type, T? absent)
        where T : class =>
        ReadAsync(call, type, absent, isChange: false);

    /// <summary>Reads the body of a change: what is absent stays as it is, and null is refused where nothing can be taken away.</summary>
    /// <exception cref="ProblemException">As for another body; or a field is null that can't be.</exception>
    public ValueTask<JsonBody<T>> ReadChangeAsync<T>(ApiCall call, JsonTypeInfo<T> type)
        where T : class =>
        ReadAsync(call, type, absent: null, isChange: true);

    private async ValueTask<JsonBody<T>> ReadAsync<T>(ApiCall call, JsonTypeInfo<T> type, T? absent, bool isChange)
        where T : class
    {
        // Before the body: a request without its key is refused without reading it.
        var key = IdempotencyKeys.Read(call);
        // Its memory goes back when this returns. What was read holds nothing of it: texts and JSON values are copies.
        using var body = await bodies.ReadAsync(call, _maxBytes).ConfigureAwait(false);
        var json = body.ToMemory().Span;
        var read = Parse(call, json, type, absent, key);
        if (isChange)
        {
            var errors = new FieldErrors();
            JsonNulls.Check(json, type, errors);
            errors.ThrowIfAny();
        }

        return read;
    }

    private static JsonBody<T> Parse<T>(ApiCall call, ReadOnlySpan<byte> json, JsonTypeInfo<T> type, T? absent, string? key)
        where T : class
    {
        T value;
        // Before the media type is looked at: without a body most clients send none.
        if (json.IsEmpty)
        {
            value = absent ?? throw new ProblemException(new Problem(ProblemCode.MalformedJson, "The body is empty; it must be JSON."));
        }
        else
        {
            var contentType = call.Http.Request.ContentType;
            if (!JsonBody.IsJson(contentType) && !(call.Route.JsonApi && JsonBody.IsJson(contentType, JsonReply.JsonApiType)))
            {
                throw JsonBody.Unsupported(contentType, "application/json");
            }

            value = JsonBody.Parse(json, type);
        }

        // Of what was read, not of the bytes, so that another spelling is the same request (rule 8). Without a key nothing is compared.
        return new JsonBody<T>(value, key, key is null ? "" : RequestHash.Of(call, value, type));
    }
}
