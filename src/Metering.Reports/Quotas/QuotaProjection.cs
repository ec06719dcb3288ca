namespace Metering.Reports;

/// <summary>
/// When a quota ends if use goes on at the pace of the period so far. It is a projection and no promise: it knows nothing of weekdays, of
/// grants to come, or of what is held.
/// </summary>
/// <param name="PacePerDay">Units a day: use of the period so far, by the time of it that has passed.</param>
/// <param name="QuotaEndsAt">
/// When nothing is left, UTC: now, where nothing is left already. Null where the period ends before.
/// </param>
/// <param name="Lasts">Whether the quota lasts until the period ends.</param>
public sealed record QuotaProjection(decimal PacePerDay, DateTimeOffset? QuotaEndsAt, bool Lasts)
{
    /// <summary>The projection of a feature as it stands.</summary>
    /// <param name="usage">How it stands.</param>
    /// <param name="meter">Its meter.</param>
    /// <param name="since">From when it could be used, UTC.</param>
    /// <param name="now">Now, UTC.</param>
    /// <returns>Null where there is nothing to project: no limit, no use yet, or a standing level, which doesn't add up.</returns>
    public static QuotaProjection? Of(UsageAnswer usage, MeterState meter, DateTimeOffset since, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(usage);
        ArgumentNullException.ThrowIfNull(meter);
        if (usage is not { Used: > 0, Remaining: { } remaining, Period: { } period } || meter.Feature.IsLevel)
        {
            return null;
        }

        var start = period.Start > since ? period.Start : since;
        if (now <= start)
        {
            return null;
        }

        var days = (decimal)(now - start).Ticks / TimeSpan.TicksPerDay;
        var pace = Math.Round(usage.Used / days, Amount.MaxFractionDigits, MidpointRounding.ToEven);

        // A pace so slow that it rounds to nothing, or a quota that outlasts any calendar, does not end.
        var left = pace > 0 ? remaining / pace : decimal.MaxValue;
        var end = left < (decimal)(DateTimeOffset.MaxValue - now).TotalDays - 1
            ? UtcJsonConverter.WholeMilliseconds(now.AddTicks((long)(left * TimeSpan.TicksPerDay)))
            : (DateTimeOffset?)null;
        var lasts = end is null || end >= period.End;
        return new QuotaProjection(pace, lasts ? null : end, lasts);
    }
}
