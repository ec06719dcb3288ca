using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Lists: <c>{items, next_cursor}</c>, in parts of <c>limit</c>.</summary>
internal static class Paging
{
    public const int DefaultLimit = 100;

    private static readonly Problem NotACursor = Problem.Field("/cursor", "must be a next_cursor of this list");

    public static readonly QueryParameter CursorParameter = new("cursor", "Where to go on: the next_cursor of the part before.");

    public static readonly QueryParameter LimitParameter =
        new("limit", $"Most items, 1 to {Page<int>.MaxSize}; {DefaultLimit} where it is absent.", "integer");

    /// <summary>Reads the query's <c>limit</c>.</summary>
    /// <exception cref="ProblemException">It is not a number from 1 to 1000.</exception>
    public static int Limit(ApiCall call)
    {
        if (call.Query("limit") is not { } text)
        {
            return DefaultLimit;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Page<int>.MaxSize
            ? limit
            : throw new ProblemException(Problem.Field("/limit", $"must be a whole number from 1 to {Page<int>.MaxSize}"));
    }

    /// <summary>A part of a list from a port.</summary>
    /// <exception cref="ProblemException">The cursor is not one that this list gave.</exception>
    public static async ValueTask<Page<T>> ReadAsync<T>(Func<string?, ValueTask<Page<T>>> list, string? cursor)
    {
        try
        {
            return await list(cursor).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            // What ports throw for a cursor that they did not give: it is the caller's fault and no fault of the host.
            throw new ProblemException(NotACursor);
        }
    }

    /// <summary>A part of a list that is in memory, in the order of its keys; the cursor has the last key of the part before.</summary>
    /// <exception cref="ProblemException">The cursor is not one that such a list gave.</exception>
    public static Page<T> Slice<T>(ApiCall call, IEnumerable<T> items, Func<T, string> key)
    {
        var limit = Limit(call);
        var cursor = call.Query("cursor") is { } text ? ReadCursor(ListOf(call), text) : null;
        // By key and not by place, so that what is added or removed between two parts shifts nothing.
        var rest = cursor is null ? items : items.SkipWhile(item => string.CompareOrdinal(key(item), cursor) <= 0);
        // One more than is asked for tells whether there is a next part, and an exact last part has no empty one after it.
        var part = rest.Take(limit + 1).ToList();
        if (part.Count <= limit)
        {
            return new Page<T>(part, null);
        }

        part.RemoveAt(limit);
        // The cursor names its list: that of another would go on at a place that means nothing here.
        return new Page<T>(part, PageCursor.After(ListOf(call), key(part[^1])));
    }

    /// <summary>Sends a part of a list.</summary>
    public static Task SendAsync<T>(ApiCall call, IReadOnlyList<T> items, string? nextCursor, JsonTypeInfo<T> type)
    {
        var reply = JsonReply.Begin();
        var json = reply.Json;
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            JsonSerializer.Serialize(json, item, type);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", nextCursor);
        json.WriteEndObject();
        return reply.SendAsync(call.Http, StatusCodes.Status200OK);
    }

    // With what the path names: the grants of two licenses are two lists.
    private static string ListOf(ApiCall call) => string.Join(
        ' ', call.Route.Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => call.Path(part.Trim('{', '}')))
            .Prepend(call.Route.Name));

    private static string ReadCursor(string list, string cursor)
    {
        try
        {
            return PageCursor.Read(list, cursor);
        }
        catch (FormatException)
        {
            throw new ProblemException(NotACursor);
        }
    }
}
