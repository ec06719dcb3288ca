namespace Metering.Reports;

/// <summary>
/// Folds the use of one feature of one license into buckets: days that lie in one bucket from their rollups; days that a boundary cuts,
/// users whom a rollup does not keep apart, and levels of days whose changes came out of order, from the ledger.
/// </summary>
internal sealed class LicenseFold
{
    private readonly UsageReading reading;
    private readonly LicenseEvidence evidence;
    private readonly LevelLine? line;
    private readonly List<UsageTally> tallies;
    private readonly UserTally[] users;
    private readonly HashSet<DateOnly> cut = [];

    // Days that lie in one bucket, of which the entries tell the level.
    private readonly HashSet<DateOnly> told = [];

    private LicenseFold(UsageReading reading, LicenseEvidence evidence, List<ReportSpan> buckets)
    {
        (this.reading, this.evidence) = (reading, evidence);
        tallies = buckets.ConvertAll(bucket => new UsageTally(bucket));
        users = [.. Enumerable.Range(0, reading.Query.ByUser ? buckets.Count : 1).Select(_ => new UserTally())];
        line = evidence.Meter.Feature.IsLevel ? new LevelLine(evidence, reading.Now) : null;
    }

    /// <summary>What was used, by bucket.</summary>
    public IReadOnlyList<UsageTally> Tallies => tallies;

    /// <summary>Use by user: of each bucket where that was asked for, else of the span.</summary>
    public IReadOnlyList<UserTally> Users => users;

    /// <summary>The units of the cost; more than one where the use of the span was, or may have been, charged in several.</summary>
    public IReadOnlySet<string> Units { get; private set; } = new HashSet<string>();

    public LicenseState State => evidence.State;

    public MeterState Meter => evidence.Meter;

    public ReportSpan Span => new(tallies[0].Span.From, tallies[^1].Span.To);

    /// <summary>The level at an instant; null where use is no standing level.</summary>
    public decimal? LevelAt(DateTimeOffset instant) => line?.At(instant);

    /// <summary>Folds one license; null where it has never had the feature.</summary>
    /// <exception cref="ReportRefusedException">Evidence was removed, or too much of it would be read.</exception>
    public static async Task<LicenseFold?> ReadAsync(
        ReportSources sources, string licenseId, ReportSpan span, UsageReading reading, CancellationToken cancellationToken)
    {
        var state = await sources.Meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (state?.FindMeter(reading.Query.Metric) is not { } meter)
        {
            return null;
        }

        var buckets = Buckets.Of(reading.Query.Granularity, span, meter.Schedule);
        if (!reading.Query.HasSpan && buckets[0].From < span.From
            && await sources.Ledger.KeptFromAsync(licenseId, cancellationToken).ConfigureAwait(false) > buckets[0].From)
        {
            // Nobody asked for what was removed, so the first period begins with the first day that is kept, too.
            buckets[0] = buckets[0] with { From = span.From };
        }

        var whole = new ReportSpan(buckets[0].From, buckets[^1].To);
        await RetentionCheck.AssertKeptAsync(sources.Ledger, state, whole.From, cancellationToken).ConfigureAwait(false);
        var evidence = await LicenseEvidence.ReadAsync(sources.Ledger, state, meter, whole, cancellationToken).ConfigureAwait(false);
        var fold = new LicenseFold(reading, evidence, buckets);
        await fold.RunAsync(sources.Ledger, cancellationToken).ConfigureAwait(false);

        // Most licenses have no prices, and for them nothing more is read.
        fold.Units = fold.tallies.Exists(tally => tally.Cost != 0)
            ? await new CostUnits(sources, evidence, whole, reading).ReadAsync(cancellationToken).ConfigureAwait(false)
            : CostUnits.Of(meter);
        return fold;
    }

    private async ValueTask RunAsync(ILedger ledger, CancellationToken cancellationToken)
    {
        var wanted = new List<DayRollup>();
        FoldDays(wanted);
        if (wanted.Count > 0)
        {
            await DayEntries.ReadAsync(ledger, evidence, wanted, Take, cancellationToken).ConfigureAwait(false);
        }

        if (line is not null)
        {
            line.Order();
            FoldParts();
        }
    }

    private void FoldDays(List<DayRollup> wanted)
    {
        var bucket = 0;
        var end = Span.To;
        for (var day = ReportSpan.DayOf(Span.From); ReportSpan.StartOf(day) < end; day = day.AddDays(1))
        {
            var start = ReportSpan.StartOf(day);
            while (bucket < tallies.Count - 1 && tallies[bucket].Span.To <= start)
            {
                bucket++;
            }

            var tally = tallies[bucket];
            var rollup = evidence.On(day);
            if (tally.Span.From > start || tally.Span.To < start.AddDays(1))
            {
                cut.Add(day);
                if (rollup is not null && (rollup.Count > 0 || line is not null))
                {
                    reading.Take(rollup.Count);
                    wanted.Add(rollup);
                }

                continue;
            }

            if (rollup is { OutOfOrder: true } && reading.TakeForLevels(rollup.Count))
            {
                told.Add(day);
                wanted.Add(rollup);
                tally.Add(rollup);
                continue;
            }

            line?.AddDay(tally, day, rollup);
            if (rollup is not null)
            {
                tally.Add(rollup);
                FoldUsers(rollup, users[users.Length > 1 ? bucket : 0], wanted);
            }
        }
    }

    private void FoldUsers(DayRollup rollup, UserTally tally, List<DayRollup> wanted)
    {
        if (rollup.ByUser is not { } byUser || !reading.TellsUsers)
        {
            return;
        }

        if (!byUser.ContainsKey(DayRollup.OtherUsers))
        {
            var before = tally.Count;
            tally.Add(rollup);
            reading.KeepUsers(tally.Count - before);
        }
        else if (reading.TakeForUsers(rollup.Count))
        {
            // A user that is called so is told apart from those who are counted together by the entries alone.
            wanted.Add(rollup);
        }
    }

    private void Take(DateOnly day, LedgerEntry entry)
    {
        var at = DayEntries.Moment(entry);
        var isCut = cut.Contains(day);
        if (isCut || told.Contains(day))
        {
            line?.Take(day, entry);
        }

        // A reset of a standing level moves it and counts nothing.
        if (entry.Day is null || IndexOf(at) is not { } bucket)
        {
            return;
        }

        if (isCut)
        {
            tallies[bucket].Add(entry);
        }

        if (entry.UserId is { } user && reading.TellsUsers)
        {
            var tally = users[users.Length > 1 ? bucket : 0];
            var before = tally.Count;
            tally.Add(user, entry.Amount, 1);
            reading.KeepUsers(tally.Count - before);
        }
    }

    private void FoldParts()
    {
        foreach (var day in cut.Concat(told))
        {
            var (start, end) = (ReportSpan.StartOf(day), ReportSpan.StartOf(day.AddDays(1)));
            for (var i = FirstFrom(start); i < tallies.Count && tallies[i].Span.From < end; i++)
            {
                var span = tallies[i].Span;
                line!.AddPart(tallies[i], day, span.From > start ? span.From : start, span.To < end ? span.To : end);
            }
        }
    }

    private int? IndexOf(DateTimeOffset at) =>
        FirstFrom(at) is var index && index < tallies.Count && tallies[index].Span.Contains(at) ? index : null;

    // The first bucket that ends after an instant.
    private int FirstFrom(DateTimeOffset at)
    {
        var (low, high) = (0, tallies.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = tallies[middle].Span.To <= at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
