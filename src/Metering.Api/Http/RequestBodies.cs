using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Metering.Api;

/// <summary>Reads request bodies whole, within the limits. All limits are of the bytes after <c>Content-Encoding</c> was undone.</summary>
internal sealed class RequestBodies(BodyMemory memory)
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>A body up to this length, announced as such, is below every limit that a server may have.</summary>
    private const int BelowEveryLimit = 1 << 20;

    /// <summary>The whole body.</summary>
    /// <param name="call">The request.</param>
    /// <param name="most">Most bytes that it may have.</param>
    /// <param name="cut">Whether a compressed body with more bytes is cut there instead of being refused.</param>
    /// <exception cref="ProblemException">
    /// It is too large, its encoding is not taken or broken, or too much of other bodies is in memory.
    /// </exception>
    public ValueTask<BodyBytes> ReadAsync(ApiCall call, int most, bool cut = false)
    {
        var request = call.Http.Request;
        if (request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        LiftServerLimit(request);
        return request.Headers.ContentEncoding.Count > 0 && ContentCodings.Of(request) is { Count: > 0 } codings
            ? DecodeAsync(call, codings, most, cut)
            : ReadPlainAsync(call, request.BodyReader, most);
    }

    /// <summary>A share of the memory that all bodies have together, for who reads a body in parts.</summary>
    public BodyShare Share() => new(memory);

    /// <summary>
    /// Leaves the limit to us where a body's length is not known before: a server ends the request in the middle of a read, and then
    /// neither can say what was taken nor finish what it began.
    /// </summary>
    public static void LiftServerLimit(HttpRequest request)
    {
        if (request.ContentLength is <= BelowEveryLimit)
        {
            return;
        }

        // A host need not have it; and it can't be changed once reading has begun.
        var limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = null;
        }
    }

    /// <summary>The body has more bytes than the route takes.</summary>
    public static ProblemException TooLarge(int most, string? also = null) => new(new Problem(
        ProblemCode.BodyTooLarge, also is null
            ? $"The body must have at most {most} bytes."
            : $"The body must have at most {most} bytes, {also}."));

    private async ValueTask<BodyBytes> ReadPlainAsync(ApiCall call, PipeReader reader, int most)
    {
        BodyShare? share = null;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(call.Aborted).ConfigureAwait(false);
                var length = result.Buffer.Length;
                try
                {
                    if (length > most)
                    {
                        throw TooLarge(most);
                    }

                    if (length > BodyMemory.Free)
                    {
                        (share ??= Share()).Cover(length);
                    }
                }
                catch (ProblemException)
                {
                    // A read that is not ended leaves the pipe unusable for the server, which has to get rid of the rest of the body.
                    reader.AdvanceTo(result.Buffer.End);
                    throw;
                }

                if (result.IsCompleted)
                {
                    return new BodyBytes(result.Buffer, reader, share);
                }

                // Nothing is taken and all was looked at: the pipe keeps the bytes in its own memory and comes back with more. So most
                // bodies are never copied.
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch
        {
            share?.Dispose();
            throw;
        }
    }

    private async ValueTask<BodyBytes> DecodeAsync(ApiCall call, IReadOnlyList<string> codings, int most, bool cut)
    {
        var share = Share();
        try
        {
            var decoded = ContentCodings.Decode(call.Http.Request.Body, codings, most);
            await using var closed = decoded.ConfigureAwait(false);
            // One byte more than there may be, so that too much is noticed and not taken for the end.
            var buffer = GC.AllocateUninitializedArray<byte>(Math.Min(FirstBuffer, most + 1));
            var length = 0;
            while (await decoded.ReadAsync(buffer.AsMemory(length), call.Aborted).ConfigureAwait(false) is > 0 and var read)
            {
                length += read;
                if (length > most)
                {
                    return cut ? new BodyBytes(buffer.AsMemory(0, most), isCut: true, share) : throw TooLarge(most, "decompressed");
                }

                if (length == buffer.Length)
                {
                    var larger = (int)Math.Min(2L * length, most + 1L);
                    // Before the memory is taken. While it grows the old buffer lives too; the options see to it that twice the largest
                    // body has room.
                    share.Cover(larger);
                    Array.Resize(ref buffer, larger);
                }
            }

            return new BodyBytes(buffer.AsMemory(0, length), isCut: false, share);
        }
        catch (Exception damage) when (damage is InvalidDataException or (InvalidOperationException and not ObjectDisposedException))
        {
            // The Brotli reader says the second of a stream that is none. A stream that was disposed says it too, but by a fault of ours.
            share.Dispose();
            throw ContentCodings.Broken(codings);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }
}
