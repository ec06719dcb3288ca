namespace Metering.Reports;

/// <summary>Exports that are made again and again, each of the span before it.</summary>
public sealed record ExportSchedule
{
    /// <summary>Most exports that wait in <see cref="Waiting"/>: more than the days of the longest late window, twice.</summary>
    public const int MaxWaiting = 100;

    /// <summary>Its id, <c>sch_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What files hold.</summary>
    public ExportReport Report { get; init; }

    /// <summary>When runs come, in the five fields of cron.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone of <see cref="Cron"/>, and of the days that spans are made of.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What span each run covers.</summary>
    public SpanKind Span { get; init; }

    /// <summary>The files' format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How files are compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The only tenant whose licenses are exported; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of files' names; null: <see cref="ExportNames.DefaultTemplate"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether each span is exported as provisional as soon as it is over, and once more when it is final.</summary>
    public bool Provisional { get; init; }

    /// <summary>Whether it stands still. Runs that it misses meanwhile are not made up.</summary>
    public bool Paused { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Runs come after this, UTC: when it was made, paused, resumed, or its runs were changed.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The end of the last span whose final export is done, UTC. What decides that none is made twice.</summary>
    public DateTimeOffset FinalThrough { get; init; }

    /// <summary>The end of the last span whose provisional export is done, UTC.</summary>
    public DateTimeOffset ProvisionalThrough { get; init; }

    /// <summary>
    /// Exports from before <see cref="Since"/> that are still to be made, by when their spans end; at most <see cref="MaxWaiting"/>.
    /// </summary>
    // Null in what an earlier version has stored: source-generated JSON sets init-only properties that are absent to their default.
    public IReadOnlyList<WaitingExport> Waiting { get => field ?? []; init; } = [];

    /// <summary>How many spans were passed over, because more had been missed than are made up, or their evidence was removed.</summary>
    public long Skipped { get; init; }

    /// <summary>Its last export; null before the first.</summary>
    public string? LastExportId { get; init; }

    /// <summary>By what its last changes are recognized when they come again; null: there are none.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>The end of the last span before which nothing is still to be made, UTC.</summary>
    public DateTimeOffset DoneThrough => Waiting.Where(one => one.State == ExportState.Final).Select(one => one.Order.Span.From)
        .Append(FinalThrough).Min();

    /// <summary>The schedule as it begins: the first of its runs covers the span that is over last then.</summary>
    public ExportSchedule From(DateTimeOffset now)
    {
        var begin = SchedulePlan.BeforeLast(this, now);
        return this with { Since = now, FinalThrough = begin, ProvisionalThrough = begin };
    }

    /// <summary>
    /// The schedule, changed, paused or resumed, in the place of what it was before. Its runs come from now on alone. What a run before has
    /// left to be made, such as a span that is not final yet, is made as it would have been. A span that is over, and that neither the runs
    /// before nor those to come have covered, is made too, but not for the time of a pause.
    /// </summary>
    public ExportSchedule InPlaceOf(ExportSchedule before, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        var after = From(now) with { Waiting = [] };
        after = after.WithWhatIsLeft(before, ExportState.Final, now);
        after = Provisional ? after.WithWhatIsLeft(before, ExportState.Provisional, now) : after;
        var passed = Math.Max(0, after.Waiting.Count - MaxWaiting);
        return after with
        {
            Waiting = [.. after.Waiting.OrderBy(one => one.Order.Span.To).Skip(passed)], Skipped = after.Skipped + passed,
        };
    }

    internal DateTimeOffset Through(ExportState state) => state == ExportState.Final ? FinalThrough : ProvisionalThrough;

    /// <summary>The schedule after an export was made, or after others than it were passed over up to its span.</summary>
    internal ExportSchedule Done(PlannedExport one, long skipped = 0)
    {
        if (Waiting.Any(other => other.IsSameAs(one.Order, one.State)))
        {
            return this with
            {
                Waiting = [.. Waiting.Where(other => !other.IsSameAs(one.Order, one.State))], Skipped = Skipped + skipped,
            };
        }

        // Never back: a round that was overtaken by another knows less.
        return one.Span.To <= Through(one.State) ? this
            : one.State == ExportState.Final ? this with { FinalThrough = one.Span.To, Skipped = Skipped + skipped }
            : this with { ProvisionalThrough = one.Span.To };
    }

    internal ExportOrder Order(ExportSpan span) => new()
    {
        Report = Report, Span = span, Format = Format, Compress = Compress, TenantId = TenantId, Name = Name,
    };

    // With the exports of one kind that what the schedule was before has left.
    private ExportSchedule WithWhatIsLeft(ExportSchedule before, ExportState state, DateTimeOffset now)
    {
        var made = state == ExportState.Final || before.Provisional;
        List<WaitingExport> left =
        [
            .. before.Waiting.Where(one => one.State == state),
            .. made && !before.Paused ? SchedulePlan.RunBy(before, state, now) : [],
        ];

        // As another report, the span that was over last is exported once more; as the same, none is.
        var covered = Report == before.Report
            ? left.Select(one => one.Order.Span.To).Append(before.Through(state)).Max()
            : Through(state);
        var after = With(state, covered > Through(state) ? covered : Through(state));
        if (made && !before.Paused && !Paused)
        {
            var over = SchedulePlan.Uncovered(after, covered, state, now).ToList();
            var passed = Math.Max(0, over.Count - SchedulePlan.MaxMadeUp);
            left.AddRange(over.Skip(passed));
            after = after.With(state, over.Count > 0 ? over[^1].Order.Span.To : after.Through(state)) with
            {
                Skipped = after.Skipped + (state == ExportState.Final ? passed : 0),
            };
        }

        return after with { Waiting = [.. after.Waiting, .. left.Distinct()] };
    }

    private ExportSchedule With(ExportState state, DateTimeOffset through) =>
        state == ExportState.Final ? this with { FinalThrough = through } : this with { ProvisionalThrough = through };
}
