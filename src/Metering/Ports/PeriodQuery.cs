using System.Globalization;

namespace Metering;

/// <summary>Which closed periods of a license.</summary>
/// <param name="From">Those that end after this, UTC.</param>
/// <param name="To">Those that end at this or before, UTC.</param>
/// <param name="Cursor">Where to go on; null: at the beginning.</param>
public sealed record PeriodQuery(DateTimeOffset From, DateTimeOffset To, string? Cursor = null)
{
    private const string List = "periods";
    private const char Between = '.';

    /// <summary>The place after which the list goes on, as a record that has nothing but its place; null: at the beginning.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    public FeaturePeriod? After()
    {
        if (Cursor is null)
        {
            return null;
        }

        // The feature is the last part, because its code may have a point in it.
        var parts = PageCursor.Read(List, Cursor).Split(Between, 4);
        return parts.Length == 4 && Time(parts[0]) is { } end && Time(parts[1]) is { } start
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? new FeaturePeriod { FeatureCode = parts[3], Period = new Period(start, end), Sequence = sequence }
                : throw new FormatException("The cursor is not one that the list of periods gave.");
    }

    /// <summary>Whether a closed period is one of those asked for.</summary>
    /// <param name="period">The period.</param>
    /// <param name="after">As <see cref="After"/>.</param>
    public bool Wants(FeaturePeriod period, FeaturePeriod? after)
    {
        ArgumentNullException.ThrowIfNull(period);
        return period.Status != PeriodStatus.Open && period.Period.End > From && period.Period.End <= To
            && (after is null || FeaturePeriod.Compare(period, after) > 0);
    }

    /// <summary>A part of the list.</summary>
    /// <param name="stored">
    /// Records that are stored: those asked for, from the place of the cursor on, in order, as many as there are up to one more than
    /// <see cref="Page{T}.MaxSize"/>.
    /// </param>
    /// <param name="standing">What the state tells (<see cref="LicenseMeter.Periods"/>).</param>
    public Page<FeaturePeriod> PageOf(IReadOnlyCollection<FeaturePeriod> stored, IEnumerable<FeaturePeriod> standing)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var after = After();
        var known = stored.Where(period => !period.IsPart).Select(Name).ToHashSet();

        // A period may have been stored since the state was read; then its record counts.
        var periods = standing.Where(period => Wants(period, after) && !known.Contains(Name(period))).Concat(stored).ToList();
        periods.Sort(FeaturePeriod.Compare);
        return periods.Count <= Page<FeaturePeriod>.MaxSize
            ? new Page<FeaturePeriod>(periods, null)
            : new Page<FeaturePeriod>(
                periods[..Page<FeaturePeriod>.MaxSize], PageCursor.After(List, Place(periods[Page<FeaturePeriod>.MaxSize - 1])));
    }

    private static (string Feature, Period Period) Name(FeaturePeriod period) => (period.FeatureCode, period.Period);

    private static string Place(FeaturePeriod period)
    {
        var (start, end) = (period.Period.Start.ToUnixTimeMilliseconds(), period.Period.End!.Value.ToUnixTimeMilliseconds());
        return string.Create(CultureInfo.InvariantCulture, $"{end}.{start}.{period.Sequence}.{period.FeatureCode}");
    }

    private static DateTimeOffset? Time(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}
