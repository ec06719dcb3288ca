using System.Globalization;

namespace Metering.Api;

/// <summary>Times of spans: a time, or a day, which stands for its beginning, UTC.</summary>
internal static class TimeOrDay
{
    /// <summary>What such a text must be, for whoever gave another.</summary>
    public const string Expected = "must be an RFC 3339 time with an offset, such as 2026-11-21T10:00:00Z, or a day such as 2026-11-21";

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        if (!TryDay(text, out var day))
        {
            return UtcJsonConverter.TryParse(text, out time);
        }

        time = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return time.Year is >= 1970 and <= 9000;
    }

    /// <summary>Reads a day.</summary>
    public static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
