using System.Text.Json;

namespace Metering.Api;

/// <summary>Takes a JSON array of events apart, on whichever way it came.</summary>
public static class EventArray
{
    /// <summary>The bytes after a byte order mark, where there is one.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) =>
        bytes[(bytes.Length - BodyBytes.WithoutMark(bytes.Span).Length)..];

    /// <summary>Whether JSON is an array, as far as its first byte tells.</summary>
    public static bool IsArray(ReadOnlySpan<byte> json) => json.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>
    /// The events of an array, each a part of the array's own bytes. The whole array is gone through before the first event is given out:
    /// an array that is broken in its middle, or has too many events, is refused with nothing taken. What is wrong inside of an event, its
    /// depth and its text included, is for who reads the event.
    /// </summary>
    /// <param name="json">The array.</param>
    /// <param name="most">Most events that it may have.</param>
    /// <param name="events">The events, in their order.</param>
    /// <returns>Why it can't be taken; null when it can.</returns>
    public static Problem? Split(ReadOnlyMemory<byte> json, int most, out IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        events = found;
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return Problem.Field("", "must be an array");
            }

            // Counted to the end even beyond the limit: what follows must be JSON too, and the answer says how many events there are.
            var count = 0L;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                // The casts lose nothing: a place in memory is an int, as its length is.
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (++count <= most)
                {
                    found.Add(json[start..(int)reader.BytesConsumed]);
                }
            }

            // What follows the array is no JSON; reading on says so.
            reader.Read();
            return count <= most
                ? null
                : new Problem(
                    ProblemCode.BodyTooLarge,
                    $"A request may have at most {most} events, and this one has {count}. None of them was taken; send them in several requests.");
        }
        catch (JsonException exception)
        {
            return JsonFault.Explain(json.Span, exception);
        }
    }
}
