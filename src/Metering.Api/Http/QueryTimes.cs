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
    public static DateTimeOffset? TimeOrDay(ApiCall call, string name, FieldErrors errors)
    {
        if (call.Query(name) is not { } text)
        {
            return null;
        }

        errors.Require(Api.TimeOrDay.TryParse(text, out var time), "/" + name, Api.TimeOrDay.Expected);
        return time;
    }

    /// <summary>A day, or the day of a time; null when it is absent.</summary>
    public static DateOnly? Day(ApiCall call, string name, FieldErrors errors)
    {
        if (call.Query(name) is not { } text)
        {
            return null;
        }

        if (Api.TimeOrDay.TryDay(text, out var day))
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
}
