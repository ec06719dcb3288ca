using System.Globalization;

namespace Metering.Api;

/// <summary>Reads times and days of the query.</summary>
internal static class QueryTimes
{
    /// <summary>A time; null when it is absent.</summary>
    public static DateTimeOffset? Time(ApiCall call, string name, FieldErrors errors)
    {
        if (call.Query(name) is not { } text)
        {
            return null;
        }

        errors.Require(
            UtcJsonConverter.TryParse(text, out var time),
            "/" + name, "must be an RFC 3339 time with an offset, such as 2026-11-21T10:00:00Z");
        return time;
    }

    /// <summary>A time, or a day, which stands for its beginning, UTC; null when it is absent.</summary>
    public static DateTimeOffset? TimeOrDay(ApiCall call, string name, FieldErrors errors) =>
        call.Query(name) is { } text && TryDay(text, out var day)
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : Time(call, name, errors);

    /// <summary>A day, or the day of a time; null when it is absent.</summary>
    public static DateOnly? Day(ApiCall call, string name, FieldErrors errors)
    {
        if (call.Query(name) is not { } text)
        {
            return null;
        }

        if (TryDay(text, out var day))
        {
            return day;
        }

        if (UtcJsonConverter.TryParse(text, out var time))
        {
            return DateOnly.FromDateTime(time.UtcDateTime);
        }

        errors.Add("/" + name, "must be a day such as 2026-11-21");
        return null;
    }

    private static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
