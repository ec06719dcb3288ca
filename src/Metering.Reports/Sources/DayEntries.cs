namespace Metering.Reports;

/// <summary>Reads the ledger's entries of some days of one feature, where a rollup is not fine enough.</summary>
internal static class DayEntries
{
    private const int SmallestPage = 50;

    /// <summary>
    /// Most pages for one license: a page may be short where a host finds little of the feature among others, and each costs as much.
    /// </summary>
    private const int MaxPages = 3_000;

    /// <summary>When an entry's use counts: when it happened, or when it came, if it came too late for that.</summary>
    public static DateTimeOffset Moment(LedgerEntry entry)
    {
        var at = entry is { Kind: EntryKind.Recorded, OccurredAt: { } said } && said < entry.At && CountsThen(entry, said)
            ? said
            : entry.At;

        // The day decides: totals by hour are those by day.
        return entry.Day is { } day && ReportSpan.DayOf(at) != day ? ReportSpan.StartOf(day) : at;
    }

    /// <summary>Where an entry's use counts: at its moment, after those entries of that moment that have a smaller number.</summary>
    public static LedgerPlace Place(LedgerEntry entry) => new(Moment(entry), entry.Sequence);

    /// <summary>
    /// Gives every entry that counts in one of the days, and of a standing level the resets in them, in the ledger's order.
    /// </summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="evidence">The license.</param>
    /// <param name="days">The days, in their order, each with a rollup.</param>
    /// <param name="take">Takes an entry with the day in which it counts.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <remarks>
    /// A rollup says how many entries its day has, late ones included, so the reading ends with the last of them, however late it came.
    /// </remarks>
    public static async ValueTask ReadAsync(
        ILedger ledger, LicenseEvidence evidence, IReadOnlyList<DayRollup> days, Action<DateOnly, LedgerEntry> take,
        CancellationToken cancellationToken)
    {
        var missing = days.ToDictionary(day => day.Day, day => day.Count);
        var isLevel = evidence.Meter.Feature.IsLevel;
        var code = evidence.Meter.Feature.Code;
        var setBack = evidence.State.SetBackAt > 0;
        long last = 0;
        string? cursor = null;
        DateTimeOffset? from = null;
        var pages = 0;
        for (var next = 0; next < days.Count;)
        {
            var wanted = Math.Clamp(days.Skip(next).Take(2).Sum(day => missing[day.Day]), SmallestPage, Page<LedgerEntry>.MaxSize);
            from ??= ReportSpan.StartOf(days[next].Day);
            var page = await ledger.EntriesAsync(
                evidence.State.LicenseId, new LedgerQuery(from, null, code, cursor, (int)wanted), cancellationToken).ConfigureAwait(false);
            if (++pages > MaxPages)
            {
                throw ReadBudget.Exceeded();
            }

            var reached = page.Items.Count > 0 ? page.Items[^1].At : from.Value;
            var isEnd = page.NextCursor is null;
            foreach (var entry in page.Items)
            {
                // What came after the state is not in its rollups.
                if (entry.Sequence > evidence.State.Sequence)
                {
                    isEnd = true;
                    break;
                }

                // A part may begin anew before where the last one ended.
                if (entry.Sequence <= last)
                {
                    continue;
                }

                last = entry.Sequence;
                if (entry.Day is { } day && missing.TryGetValue(day, out var left) && left > 0)
                {
                    missing[day] = left - 1;
                    take(day, entry);
                }
                else if (isLevel && entry.Kind == EntryKind.UsageReset && missing.ContainsKey(ReportSpan.DayOf(entry.At)))
                {
                    take(ReportSpan.DayOf(entry.At), entry);
                }
            }

            // A reset is in no count, so of a standing level all of the day is read; where a clock was set back, all that there is.
            while (next < days.Count && missing[days[next].Day] == 0
                && (isEnd || !isLevel || (!setBack && reached >= ReportSpan.StartOf(days[next].Day.AddDays(1)))))
            {
                next++;
            }

            if (next == days.Count)
            {
                return;
            }

            if (isEnd)
            {
                throw ReportRefusedException.Removed(ReportSpan.StartOf(days[next].Day.AddDays(1)));
            }

            // On from where the next day begins, unless that has begun already.
            var start = ReportSpan.StartOf(days[next].Day);
            (from, cursor) = start > reached ? (start, null) : (from, page.NextCursor);
        }
    }

    // Use of a lease whose time is over is late too, but counts in its own day and period while these are kept.
    private static bool CountsThen(LedgerEntry entry, DateTimeOffset said) =>
        !entry.Late || (entry.HoldId is not null && entry.Day == ReportSpan.DayOf(said) && entry.Period?.Contains(said) == true);
}
