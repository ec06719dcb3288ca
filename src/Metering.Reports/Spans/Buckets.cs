namespace Metering.Reports;

/// <summary>The parts into which a span is cut: whole ones, so that the span is widened to them.</summary>
internal static class Buckets
{
    /// <summary>Parts of a span, one after the other without a gap, in their order.</summary>
    /// <param name="granularity">How long they are.</param>
    /// <param name="span">What was asked for.</param>
    /// <param name="schedule">The periods of the license's meter.</param>
    /// <exception cref="ReportRefusedException">The periods are hours, and there would be too many.</exception>
    public static List<ReportSpan> Of(Granularity granularity, ReportSpan span, PeriodSchedule schedule) => granularity switch
    {
        Granularity.Day => Cut(span.WholeDays(), TimeSpan.FromDays(1)),
        Granularity.Hour => Cut(span.WholeHours(), TimeSpan.FromHours(1)),
        _ => Periods(span, schedule),
    };

    /// <exception cref="ReportRefusedException">There would be too many hours.</exception>
    public static void CheckHours(ReportSpan span)
    {
        if (span.Length > TimeSpan.FromDays(ReportSpan.MaxDaysOfHours))
        {
            throw ReportRefusedException.Field("/from", $"must be at most {ReportSpan.MaxDaysOfHours} days before to, by hours");
        }
    }

    private static List<ReportSpan> Periods(ReportSpan span, PeriodSchedule schedule)
    {
        if (schedule.Interval == Interval.None)
        {
            // One period that never ends: all of the span lies in it.
            return [span.WholeDays()];
        }

        if (schedule.Interval == Interval.Hour)
        {
            CheckHours(span);
        }

        var buckets = new List<ReportSpan>();
        var index = schedule.IndexAt(span.From);
        for (var start = schedule.StartOf(index); start < span.To || buckets.Count == 0;)
        {
            var end = schedule.StartOf(++index);
            buckets.Add(new ReportSpan(start, end));
            start = end;
        }

        return buckets;
    }

    private static List<ReportSpan> Cut(ReportSpan whole, TimeSpan unit)
    {
        var buckets = new List<ReportSpan>();
        for (var start = whole.From; start < whole.To; start += unit)
        {
            buckets.Add(new ReportSpan(start, start + unit));
        }

        return buckets;
    }
}
